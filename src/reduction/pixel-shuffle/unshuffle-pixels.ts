import { TokenLensError } from '#errors.ts';
import type { PixelShuffleSpec } from './pixel-shuffle.ts';

/**
 * Takes the pixel shuffle back: [rows/f * columns/f, f * f * C] → [rows * columns, C], each value divided by the scale that it
 * was multiplied by. The page proves with it that a shuffle loses nothing, once a tile: it has no kernel.
 *
 * @throws TokenLensError `shape-mismatch` for values that do not fill the grid.
 */
export function unshufflePixels(shuffled: Float32Array, spec: PixelShuffleSpec): Float32Array {
  const { rows, columns, channels, factor, psVersion, scale } = spec;
  if (shuffled.length !== rows * columns * channels) {
    throw new TokenLensError('shape-mismatch', 'reduction', {
      what: 'The shuffled tokens',
      actual: String(shuffled.length),
      expected: `${(rows / factor) * (columns / factor)}, ${factor ** 2 * channels}`,
    });
  }
  const patches = new Float32Array(shuffled.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const y = Math.floor(row / factor);
      const x = Math.floor(column / factor);
      const token = psVersion === 'v1' ? x * (rows / factor) + y : y * (columns / factor) + x;
      const block = (row % factor) * factor + (column % factor);
      const from = (token * factor ** 2 + block) * channels;
      const to = (row * columns + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        patches[to + channel] = (shuffled[from + channel] ?? Number.NaN) / scale;
      }
    }
  }
  return patches;
}
