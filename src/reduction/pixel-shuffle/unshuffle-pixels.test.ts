import { expect, test } from 'vitest';
import { countingValues } from '#testing/values.ts';
import { pixelShuffleReference } from './pixel-shuffle.reference.ts';
import { unshufflePixels } from './unshuffle-pixels.ts';

const grid = { rows: 6, columns: 10, channels: 3, factor: 2 };
const values = countingValues(grid.rows * grid.columns * grid.channels);

test.for([
  { psVersion: 'v1', scale: 1 },
  { psVersion: 'v1', scale: 0.5 },
  { psVersion: 'v2', scale: 1 },
  { psVersion: 'v2', scale: 0.5 },
] as const)('a shuffle of $psVersion times $scale comes back to the last bit', (order) => {
  const spec = { ...grid, ...order };
  expect(unshufflePixels(pixelShuffleReference(values, spec), spec)).toEqual(values);
});

test.for([1, 3, 4])('a shuffle by %i comes back too', (factor) => {
  const [rows, columns] = [factor * 2, factor * 3];
  const input = countingValues(rows * columns * 2);
  for (const psVersion of ['v1', 'v2'] as const) {
    const spec = { rows, columns, channels: 2, factor, psVersion, scale: 1 };
    expect(unshufflePixels(pixelShuffleReference(input, spec), spec)).toEqual(input);
  }
});

test('the other order or another scale does not bring it back', () => {
  const shuffled = pixelShuffleReference(values, { ...grid, psVersion: 'v2', scale: 0.5 });
  expect(unshufflePixels(shuffled, { ...grid, psVersion: 'v1', scale: 0.5 })).not.toEqual(values);
  expect(unshufflePixels(shuffled, { ...grid, psVersion: 'v2', scale: 1 })).not.toEqual(values);
});

test('values that do not fill the grid are refused', () => {
  const spec = { ...grid, psVersion: 'v2', scale: 1 } as const;
  expect(unshufflePixels(values, spec)).toHaveLength(values.length);
  expect(() => unshufflePixels(values.subarray(1), spec)).toThrow('15, 12');
});
