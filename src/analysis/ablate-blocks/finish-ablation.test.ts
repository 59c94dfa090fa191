import { expect, test } from 'vitest';
import { finishAblation } from './finish-ablation.ts';

test('the distance of each row to the first, over the length of the first', () => {
  const outputs = Float32Array.of(3, 4, /* */ 3, 4, /* */ 0, 0, /* */ 3, 14, /* */ 6, 8);
  expect(finishAblation(outputs, 2)).toEqual([0, 1, 2, 1]);
});

test('a token of zeros has no shares', () => {
  expect(finishAblation(Float32Array.of(0, 0, 1, 1, 0, 0), 2)).toEqual([Number.POSITIVE_INFINITY, Number.NaN]);
});
