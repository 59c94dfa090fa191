import { expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { stripBoxesOf, stripOfPatch } from './strip.ts';

test('a reshape folds four patches of one row', () => {
  expect([0, 3, 4, 31, 32].map((patch) => stripOfPatch(patch, publishedGrid))).toEqual([0, 0, 1, 7, 8]);
  expect(stripBoxesOf(0, publishedGrid)).toEqual([{ left: 0, top: 0, right: 56, bottom: 14 }]);
  expect(stripBoxesOf(9, publishedGrid)).toEqual([{ left: 56, top: 14, right: 112, bottom: 28 }]);
  expect(stripBoxesOf(255, publishedGrid)).toEqual([{ left: 392, top: 434, right: 448, bottom: 448 }]);
});
