import { expect, test } from 'vitest';
import { strongestUnits } from './strongest-units.ts';

test('the furthest from 0 come first, whatever their sign; of equals the one before', () => {
  const values = Float32Array.of(1, -3, 2, 3, 0, -0.5);
  expect(strongestUnits(values, 4)).toEqual([1, 3, 2, 0]);
  expect(strongestUnits(values, 10)).toEqual([1, 3, 2, 0, 5, 4]);
});

test('what is no number is not hidden', () => {
  expect(strongestUnits(Float32Array.of(1, Number.NaN, 2, Number.NEGATIVE_INFINITY), 3)).toEqual([1, 3, 2]);
});
