import { expect, test } from 'vitest';
import { packSelection, selectionShape } from './selection.ts';

test('a selection is its count and its rows', () => {
  expect([...packSelection([7], 8)]).toEqual([1, 7, 0, 0, 0]);
  expect([...packSelection([0, 1, 32, 33], 1024)]).toEqual([4, 0, 1, 32, 33]);
  expect(selectionShape).toEqual([5]);
});

test('a selection of none, of too many, or outside the tokens is refused', () => {
  expect(() => packSelection([], 8)).toThrow('1 to 4');
  expect(() => packSelection([0, 1, 2, 3, 4], 8)).toThrow('1 to 4');
  for (const row of [8, -1, 1.5, Number.NaN]) expect(() => packSelection([row], 8)).toThrow('from 0 to 7');
});
