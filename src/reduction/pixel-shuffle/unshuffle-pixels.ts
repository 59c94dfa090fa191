import { TokenLensError } from '#errors.ts';
import type { PixelShuffleSpec } from './pixel-shuffle.ts';

/**
 * Takes the pixel shuffle back: [rows/2 * columns/2, 4C] → [rows * columns, C], each value divided by the scale that it
 * was multiplied by. The page proves with it that a shuffle loses nothing, once a tile: it has no kernel.
 *
 * @throws TokenLensError `shape-mismatch` for values that do not fill the grid.
 */
export function unshufflePixels(shuffled: Float32Array, spec: PixelShuffleSpec): Float32Array {
  const { rows, columns, channels, psVersion, scale } = spec;
  if (shuffled.length !== rows * columns * channels) {
    throw new TokenLensError('shape-mismatch', 'reduction', {
      what: 'The shuffled tokens',
      actual: String(shuffled.length),
      expected: `${(rows / 2) * (columns / 2)}, ${4 * channels}`,
    });
  }
  const patches = new Float32Array(shuffled.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const y = Math.floor(row / 2);
      const x = Math.floor(column / 2);
      const token = psVersion === 'v1' ? x * (rows / 2) + y : y * (columns / 2) + x;
      const block = (row % 2) * 2 + (column % 2);
      const from = (token * 4 + block) * channels;
      const to = (row * columns + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        patches[to + channel] = (shuffled[from + channel] ?? Number.NaN) / scale;
      }
    }
  }
  return patches;
}
