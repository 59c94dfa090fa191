import { expect, test } from 'vitest';
import { mostTiles } from '#image/tile-plan.ts';
import { problemOfTileCounts } from './tile-counts.ts';

test('numbers of tiles are whole, at least 1, in bounds, and in order', () => {
  expect(problemOfTileCounts(1, mostTiles)).toBeNull();
  expect(problemOfTileCounts(6, 6)).toBeNull();
  expect(problemOfTileCounts(7, 6)).toBe('min-above-max');
  expect(problemOfTileCounts(0, 6)).toBe('not-a-count');
  expect(problemOfTileCounts(1, mostTiles + 1)).toBe('not-a-count');
  expect(problemOfTileCounts(1.5, 6)).toBe('not-a-count');
  expect(problemOfTileCounts(Number.NaN, 6)).toBe('not-a-count');
});
