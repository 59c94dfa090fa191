import { parse } from 'npyjs';
import { describe, expect, it } from 'vitest';
import type { Shape } from '#tensor/shape.ts';
import { elementCount } from '#tensor/shape.ts';
import { expectSameBits } from '#testing/compare.ts';
import { reportOf } from '#testing/errors.ts';
import { scatteredValues, trickyValues } from '#testing/values.ts';
import { writeNpy } from './npy.ts';

/** The header as NumPy reads it: what stands between the length field and the data. */
function headerOf(file: Uint8Array<ArrayBuffer>): string {
  const length = new DataView(file.buffer).getUint16(8, true);
  return new TextDecoder('latin1').decode(file.subarray(10, 10 + length));
}

function expectFloat32(data: ArrayBufferView): Float32Array {
  if (!(data instanceof Float32Array)) throw new Error('not f32');
  return data;
}

describe('writeNpy', () => {
  it.each<[Shape]>([[[]], [[5]], [[1025, 3]], [[2, 3, 4]], [[0]], [[3, 0, 2]], [Array.from({ length: 40 }, () => 1)]])(
    'writes what npyjs reads, bit for bit: %j',
    (shape) => {
      const data = scatteredValues(elementCount(shape));
      const read = parse(writeNpy({ data, shape }).buffer);
      expect(read).toMatchObject({ shape, dtype: 'f4', fortranOrder: false });
      expectSameBits(expectFloat32(read.data), data);
    },
  );

  it('keeps NaN and its payload, the sign of zero, infinities and subnormals', () => {
    const data = trickyValues();
    const read = parse(writeNpy({ data, shape: [data.length] }).buffer);
    expectSameBits(expectFloat32(read.data), data);
  });

  it('takes the values of a view, not those around it', () => {
    const data = scatteredValues(10).subarray(3, 9);
    const read = parse(writeNpy({ data, shape: [2, 3] }).buffer);
    expectSameBits(expectFloat32(read.data), data);
  });

  it('writes version 1.0 with a header that NumPy evaluates, and data on a multiple of 64', () => {
    const file = writeNpy({ data: new Float32Array(3), shape: [3] });
    expect([...file.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    expect(headerOf(file)).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(3,\), \} *\n$/);
    for (let rank = 0; rank < 40; rank++) {
      const { byteLength } = writeNpy({ data: new Float32Array(1), shape: Array.from({ length: rank }, () => 1) });
      expect((byteLength - 4) % 64).toBe(0);
    }
  });

  it('refuses a shape that counts other than the values', async () => {
    expect(await reportOf(() => writeNpy({ data: new Float32Array(5), shape: [2, 3] }))).toMatchObject({
      code: 'invalid-argument',
      details: { name: 'shape', actual: '[2, 3]', expected: 'the sizes of 5 values' },
    });
    expect(writeNpy({ data: new Float32Array(6), shape: [2, 3] }).byteLength).toBe(128 + 24);
  });
});
