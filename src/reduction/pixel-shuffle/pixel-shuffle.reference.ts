import type { PixelShuffleSpec } from './pixel-shuffle.ts';

/** [rows * columns, C] → [rows/2 * columns/2, 4C], one value at a time. */
export function pixelShuffleReference(input: Float32Array, spec: PixelShuffleSpec): Float32Array {
  const { rows, columns, channels, psVersion, scale } = spec;
  const output = new Float32Array(input.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const y = Math.floor(row / 2);
      const x = Math.floor(column / 2);
      const token = psVersion === 'v1' ? x * (rows / 2) + y : y * (columns / 2) + x;
      const block = (row % 2) * 2 + (column % 2);
      for (let channel = 0; channel < channels; channel++) {
        const value = input[(row * columns + column) * channels + channel] ?? Number.NaN;
        output[token * 4 * channels + block * channels + channel] = Math.fround(scale * value);
      }
    }
  }
  return output;
}
