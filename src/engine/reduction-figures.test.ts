import { expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { relateDifferences } from './feature-scale-effect.ts';
import { compareTokens, firstChannels } from './reduction-figures.ts';

test('tokens are compared one by one and as one vector', () => {
  const tokens = Float32Array.of(3, 4, 0, 2, 0, 0);
  const { relativeErrors, relativeError } = compareTokens(tokens, Float32Array.of(3, 4, 0, 1, 0, 0), 2);
  expect([...relativeErrors]).toEqual([0, 0.5, 0]);
  expect(relativeError).toBeCloseTo(1 / Math.sqrt(29), 12);
  expect(compareTokens(tokens, tokens, 2).relativeError).toBe(0);
});

test('a value that is missing is no match', () => {
  const { relativeErrors } = compareTokens(Float32Array.of(1, 1), Float32Array.of(1), 1);
  expect([...relativeErrors]).toEqual([0, Number.NaN]);
});

test('the first channels of each token, and all of narrow ones', () => {
  expect([...firstChannels(Float32Array.of(0, 1, 2, 3, 4, 5), 3, 2)]).toEqual([0, 1, 3, 4]);
  expect([...firstChannels(Float32Array.of(0, 1, 2, 3), 2, 2)]).toEqual([0, 1, 2, 3]);
});

test('differences stand in image order, whatever the order of the tensor', () => {
  // Row 1 of the tensor alone differs: column 1 of the first row, or with rows and columns exchanged row 1 of the first column.
  const differences = Float32Array.from({ length: 256 }, (_, row) => (row === 1 ? 1 : 0));
  const norms = new Float32Array(256).fill(4);
  const ofV2 = relateDifferences(differences, norms, { psVersion: 'v2', grid: publishedGrid });
  const ofV1 = relateDifferences(differences, norms, { psVersion: 'v1', grid: publishedGrid });
  expect([...ofV2.relativeDifferences.entries()].filter(([, value]) => value > 0)).toEqual([[1, 0.25]]);
  expect([...ofV1.relativeDifferences.entries()].filter(([, value]) => value > 0)).toEqual([[16, 0.25]]);
  expect(ofV1.relativeDifference).toBeCloseTo(1 / 64, 12);
});
