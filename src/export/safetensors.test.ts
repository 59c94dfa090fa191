import { describe, expect, it } from 'vitest';
import { readSafetensorsHeader } from '#checkpoint/safetensors.ts';
import { expectSameBits } from '#testing/compare.ts';
import { reportOf } from '#testing/errors.ts';
import { parseWithHub } from '#testing/hub-safetensors.ts';
import { createMemoryFile } from '#testing/memory-folder.ts';
import { scatteredValues, trickyValues } from '#testing/values.ts';
import type { ExportedTensor } from './exported-tensor.ts';
import { writeSafetensors } from './safetensors.ts';

const tensors = new Map<string, ExportedTensor>([
  ['selected', { data: scatteredValues(24), shape: [2, 3, 4] }],
  ['none', { data: new Float32Array(0), shape: [0, 3] }],
  ['7', { data: trickyValues(), shape: [trickyValues().length] }],
  ['one "quoted" \n 张量', { data: scatteredValues(9).subarray(4, 5), shape: [] }],
  ['__proto__', { data: scatteredValues(2, 5), shape: [2, 1] }],
]);
const metadata = { model: 'OpenGVLab/InternVL2-1B', image: '"咖啡".png\n', tile: '0' };

describe('writeSafetensors', () => {
  it("writes what the hub's library reads, bit for bit", async () => {
    const file = writeSafetensors(tensors, metadata);
    const { __metadata__, ...header } = await parseWithHub(file);
    const dataStart = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(__metadata__).toEqual(metadata);
    expect(new Set(Object.keys(header))).toEqual(new Set(tensors.keys()));
    for (const [name, { data, shape }] of tensors) {
      const entry = Object.getOwnPropertyDescriptor(header, name)?.value;
      expect(entry).toMatchObject({ dtype: 'F32', shape });
      const [start, end] = entry.data_offsets;
      expectSameBits(new Float32Array(file.slice(dataStart + start, dataStart + end).buffer), data);
    }
  });

  it('writes what the reader of checkpoints accepts, without gaps', async () => {
    const file = writeSafetensors(tensors, {});
    const entries = [...(await readSafetensorsHeader(createMemoryFile('x', file))).values()];
    const inOrder = entries.sort((a, b) => a.start - b.start || a.end - b.end);
    for (const [index, { end }] of inOrder.entries()) expect(inOrder[index + 1]?.start ?? file.byteLength).toBe(end);
  });

  it('pads the header with spaces to a multiple of 8', () => {
    for (let length = 1; length <= 9; length++) {
      const name = 'x'.repeat(length);
      const file = writeSafetensors(new Map([[name, { data: new Float32Array(1), shape: [1] }]]), {});
      const headerLength = Number(new DataView(file.buffer).getBigUint64(0, true));
      expect(headerLength % 8).toBe(0);
      expect(file.byteLength).toBe(8 + headerLength + 4);
      expect(new TextDecoder().decode(file.subarray(8, 8 + headerLength))).toMatch(/^\{.*\} {0,7}$/);
    }
  });

  it('refuses a shape that counts other than the values, and the name of the metadata', async () => {
    const write = (name: string, shape: number[]) =>
      writeSafetensors(new Map([[name, { data: new Float32Array(6), shape }]]), {});
    expect(await reportOf(() => write('a', [5]))).toMatchObject({
      code: 'invalid-argument',
      details: { name: 'shape' },
    });
    expect(await reportOf(() => write('__metadata__', [6]))).toMatchObject({
      code: 'invalid-argument',
      details: { actual: '__metadata__' },
    });
    expect(write('a', [6]).byteLength).toBeGreaterThan(24);
  });
});
