import type { PixelShuffleSpec } from './pixel-shuffle.ts';

/** [rows * columns, C] → [rows/f * columns/f, f * f * C], one value at a time. */
export function pixelShuffleReference(input: Float32Array, spec: PixelShuffleSpec): Float32Array {
  const { rows, columns, channels, factor, psVersion, scale } = spec;
  const width = factor * factor * channels;
  const output = new Float32Array(input.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const y = Math.floor(row / factor);
      const x = Math.floor(column / factor);
      const token = psVersion === 'v1' ? x * (rows / factor) + y : y * (columns / factor) + x;
      const block = (row % factor) * factor + (column % factor);
      for (let channel = 0; channel < channels; channel++) {
        const value = input[(row * columns + column) * channels + channel] ?? Number.NaN;
        output[token * width + block * channels + channel] = Math.fround(scale * value);
      }
    }
  }
  return output;
}
