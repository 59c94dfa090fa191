import { expect, test } from 'vitest';
import { type ImageSize, listCandidates } from '#image/tile-plan.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { explainCandidates } from './explain-candidates.ts';

/** The candidates of 1 to 12 tiles that are not farther, as `columns x rows: reason`. */
function nearestOf(size: ImageSize): string[] {
  return explainCandidates(listCandidates(size), publishedGrid)
    .filter(({ reason }) => reason !== 'farther')
    .map(({ columns, rows, reason }) => `${columns} x ${rows}: ${reason}`);
}

test('a grid that nothing ties with is the nearest', () => {
  expect(nearestOf({ width: 640, height: 480 })).toEqual(['4 x 3: nearest']);
});

test('a tie is kept by the first grid where the image is small, and taken by a later one where it is large', () => {
  expect(nearestOf({ width: 448, height: 448 })).toEqual([
    '1 x 1: tie-kept',
    '2 x 2: too-few-pixels',
    '3 x 3: too-few-pixels',
  ]);
  expect(nearestOf({ width: 700, height: 700 })).toEqual([
    '1 x 1: tie-taken',
    '2 x 2: tie-won',
    '3 x 3: too-few-pixels',
  ]);
  expect(nearestOf({ width: 2000, height: 2000 })).toEqual(['1 x 1: tie-taken', '2 x 2: tie-taken', '3 x 3: tie-won']);
});

test('the threshold is where the tie changes hands', () => {
  const threshold = explainCandidates(listCandidates({ width: 448, height: 448 }), publishedGrid).find(
    ({ columns, rows }) => columns === 2 && rows === 2,
  )?.tieThresholdPx;
  expect(threshold).toBe(401_408);
  // 633² = 400,689 and 634² = 401,956.
  expect(nearestOf({ width: 633, height: 633 })[0]).toBe('1 x 1: tie-kept');
  expect(nearestOf({ width: 634, height: 634 })[0]).toBe('1 x 1: tie-taken');
});
