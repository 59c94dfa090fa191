import { expect, test } from 'vitest';
import { stripBoxOf, stripOfPatch } from './strip.ts';

test('a reshape folds four patches of one row', () => {
  expect([0, 3, 4, 31, 32].map(stripOfPatch)).toEqual([0, 0, 1, 7, 8]);
  expect(stripBoxOf(0)).toEqual({ left: 0, top: 0, right: 56, bottom: 14 });
  expect(stripBoxOf(9)).toEqual({ left: 56, top: 14, right: 112, bottom: 28 });
  expect(stripBoxOf(255)).toEqual({ left: 392, top: 434, right: 448, bottom: 448 });
});
