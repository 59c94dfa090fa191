import { expect, test } from 'vitest';
import { hardBits, storeBits } from '#testing/stored-weights.ts';
import { decodeWeightReference } from './weight-dtype.reference.ts';
import { boundByteLength, storedByteLength } from './weight-dtype.ts';

test('16-bit weights take two bytes a value, and are bound in whole words', () => {
  expect(storedByteLength([3, 5], 'f32')).toBe(60);
  expect(storedByteLength([3, 5], 'f16')).toBe(30);
  expect(storedByteLength([3, 5], 'bf16')).toBe(30);
  expect(boundByteLength([3, 5], 'f32')).toBe(60);
  expect(boundByteLength([3, 5], 'f16')).toBe(32);
  expect(boundByteLength([2, 5], 'bf16')).toBe(20);
});

test.for([
  {
    dtype: 'f32',
    values: [2 ** -149, 2 ** -149 - 2 ** -126, -0, 2 ** 128 - 2 ** 104, 2 ** 104 - 2 ** 128],
  },
  { dtype: 'f16', values: [2 ** -24, -1023 * 2 ** -24, -0, 65504, -65504] },
  { dtype: 'bf16', values: [2 ** -133, -127 * 2 ** -133, -0, 255 * 2 ** 120, -255 * 2 ** 120] },
] as const)('the reference knows the ends of $dtype', ({ dtype, values }) => {
  const { tiny, largest, infinite } = hardBits[dtype];
  const bytes = storeBits([...tiny, ...largest, ...infinite], dtype);
  expect([...decodeWeightReference(bytes, dtype)]).toEqual([...values, Infinity, -Infinity]);
});

test('the reference decodes 1, -2.5 and NaN, wherever the bytes begin', () => {
  const f16 = Uint8Array.of(7, 0x00, 0x3c, 0x00, 0xc1, 0x01, 0x7c).subarray(1);
  const bf16 = Uint8Array.of(7, 0x80, 0x3f, 0x20, 0xc0, 0x81, 0x7f).subarray(1);
  expect([...decodeWeightReference(f16, 'f16')]).toEqual([1, -2.5, Number.NaN]);
  expect([...decodeWeightReference(bf16, 'bf16')]).toEqual([1, -2.5, Number.NaN]);
});
