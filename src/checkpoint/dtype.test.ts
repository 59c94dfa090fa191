import { describe, expect, it } from 'vitest';
import { toFloat32 } from './dtype.ts';

/** (-1)^s * 2^(e-15) * (1 + f/1024), or with e = 0 (-1)^s * 2^-14 * f/1024; e = 31 is infinite or no number. */
function halfValue(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = Math.floor(bits / 1024) % 32;
  const fraction = (bits % 1024) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
}

const everyWord = Uint16Array.from({ length: 65_536 }, (_, word) => word);

describe('toFloat32', () => {
  it('reads each of the 65536 values of F16', () => {
    const values = toFloat32(new Uint8Array(everyWord.buffer), 'F16');
    const wrong = everyWord.filter((word) => !Object.is(values[word], halfValue(word)));
    expect([...wrong]).toEqual([]);
    expect(values[0x0001]).toBe(2 ** -24);
    expect(values[0x7bff]).toBe(65_504);
    expect(Object.is(values[0x8000], -0)).toBe(true);
  });

  it('reads each of the 65536 values of BF16 as the upper half of an f32', () => {
    const values = toFloat32(new Uint8Array(everyWord.buffer), 'BF16');
    const view = new DataView(new ArrayBuffer(4));
    const wrong = everyWord.filter((word) => {
      view.setUint16(0, word);
      return !Object.is(values[word], view.getFloat32(0));
    });
    expect([...wrong]).toEqual([]);
  });

  it('keeps F32 as it is and copies it', () => {
    const stored = Float32Array.of(1.5, -0, Number.NaN, 3e-45);
    const values = toFloat32(new Uint8Array(stored.buffer), 'F32');
    expect(values).toEqual(stored);
    expect(values.buffer).not.toBe(stored.buffer);
  });

  it.each([
    ['BF16', [0x80, 0x3f, 0x00, 0xc0]],
    ['F16', [0x00, 0x3c, 0x00, 0xc0]],
    ['F32', [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]],
  ] as const)('reads %s from an odd place of a buffer', (dtype, stored) => {
    const bytes = Uint8Array.from([9, ...stored, 9]);
    expect([...toFloat32(bytes.subarray(1, 1 + stored.length), dtype)]).toEqual([1, -2]);
  });
});
