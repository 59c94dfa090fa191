import { expect, test } from 'vitest';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { stripBoxesOf, stripOfPatch } from './strip.ts';

test('a reshape folds four patches of one row', () => {
  expect([0, 3, 4, 31, 32].map((patch) => stripOfPatch(patch, publishedGrid))).toEqual([0, 0, 1, 7, 8]);
  expect(stripBoxesOf(0, publishedGrid)).toEqual([{ left: 0, top: 0, right: 56, bottom: 14 }]);
  expect(stripBoxesOf(9, publishedGrid)).toEqual([{ left: 56, top: 14, right: 112, bottom: 28 }]);
  expect(stripBoxesOf(255, publishedGrid)).toEqual([{ left: 392, top: 434, right: 448, bottom: 448 }]);
});

test('a strip that is longer than a row goes on in the next', () => {
  const grid = createTokenGrid({ imageSize: 48, patchSize: 8, shuffleFactor: 3 });
  expect(stripOfPatch(17, grid)).toBe(1);
  expect(stripBoxesOf(0, grid)).toEqual([
    { left: 0, top: 0, right: 48, bottom: 8 },
    { left: 0, top: 8, right: 24, bottom: 16 },
  ]);
  expect(stripBoxesOf(1, grid)).toEqual([
    { left: 24, top: 8, right: 48, bottom: 16 },
    { left: 0, top: 16, right: 48, bottom: 24 },
  ]);
});
