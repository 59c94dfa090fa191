import { expect, test } from 'vitest';
import { packSelection } from './selection.ts';

test('a selection is its count and its rows', () => {
  expect([...packSelection([7], 8)]).toEqual([1, 7]);
  expect([...packSelection([0, 1, 32, 33], 1024)]).toEqual([4, 0, 1, 32, 33]);
});

test('a selection of none, or outside the tokens is refused', () => {
  expect(() => packSelection([], 8)).toThrow('at least 1');
  for (const row of [8, -1, 1.5, Number.NaN]) expect(() => packSelection([row], 8)).toThrow('from 0 to 7');
});
