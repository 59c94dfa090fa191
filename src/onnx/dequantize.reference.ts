import type { QuantizedMatrix } from './pack-weights.ts';
import { quantizationBlockSize } from './precision.ts';

/** A rounded matrix as [outputs, inputs] f32: (level - half of the range) * factor, value by value. */
export function dequantizeReference(
  { values, scales }: QuantizedMatrix,
  outputs: number,
  inputs: number,
  bits: 4 | 8,
): Float32Array {
  const blocks = Math.ceil(inputs / quantizationBlockSize);
  return Float32Array.from({ length: outputs * inputs }, (_, index) => {
    const input = index % inputs;
    const block = Math.floor(index / inputs) * blocks + Math.floor(input / quantizationBlockSize);
    const place = block * quantizationBlockSize + (input % quantizationBlockSize);
    const byte = values[bits === 8 ? place : place >> 1] ?? Number.NaN;
    const level = bits === 8 ? byte : (byte >> (4 * (place % 2))) & 15;
    return (level - 2 ** (bits - 1)) * (scales[block] ?? Number.NaN);
  });
}
