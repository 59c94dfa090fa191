import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { defaultLimits } from '#testing/limits.ts';
import { finishPca, measureShares } from './finish-pca.ts';
import { pcaReference } from './pca.reference.ts';
import { planPca } from './pca.ts';

test('a plan for an encoder output with its class token', () => {
  const plan = planPca({ shape: [1025, 1024], firstFittedRow: 1 }, defaultLimits);
  expect(plan.momentsShape).toEqual([2, 1024]);
  expect(plan.blockShape).toEqual([1024, 8]);
  expect(plan.projection.scoresShape).toEqual([1025, 8]);
  expect(plan.projection.dispatch.workgroups).toEqual([17, 1, 1]);
  expect(plan.dispatches.spread.workgroups).toEqual([16, 1, 1]);
  expect(plan.dispatches.orthonormalize.workgroups).toEqual([1, 1, 1]);
});

test('there must be a row to fit to', () => {
  expect(planPca({ shape: [2, 1], firstFittedRow: 1 }, defaultLimits).inputShape).toEqual([2, 1]);
  for (const wrong of [
    { shape: [1, 1] },
    { shape: [0, 1] },
    { shape: [2, 0] },
    { shape: [2] },
    { firstFittedRow: -1 },
  ]) {
    expect(() => planPca({ shape: [2, 1], firstFittedRow: 1, ...wrong }, defaultLimits)).toThrow('shape');
  }
});

test('every tensor must be bindable, to the byte', () => {
  const spec = { shape: [100, 10], firstFittedRow: 0 };
  expect(planPca(spec, { ...defaultLimits, maxBufferSize: 100 * 10 * 4 }).inputShape).toEqual([100, 10]);
  expect(() => planPca(spec, { ...defaultLimits, maxBufferSize: 100 * 10 * 4 - 1 })).toThrow('[100, 10] needs 4000');
  // Narrower than the block, so that the scores are the largest tensor.
  expect(() => planPca({ ...spec, shape: [100, 4] }, { ...defaultLimits, maxBufferSize: 3199 })).toThrow('[100, 8]');
});

/** Puts `columns` into the first columns of [rows, 8]. */
function blockOf(...columns: readonly (readonly number[])[]): Float32Array {
  const rows = columns[0]?.length ?? 0;
  return Float32Array.from({ length: rows * 8 }, (_, at) => columns[at % 8]?.[Math.floor(at / 8)] ?? 0);
}

test('components come by variance, each with its farthest fitted row positive', () => {
  // Row 0 is not fitted: it is farthest on both axes, and has no say.
  const scores = blockOf([9, 1, -1, 0, 0], [9, 0, 0, 2, -3]);
  const moments = Float32Array.of(0, 0, 0.5, 3.25);
  const result = finishPca(planPca({ shape: [5, 2], firstFittedRow: 1 }, defaultLimits), scores, moments);
  expectClose(result.scores, [-9, 9, 0, 0, 1, 0, 0, -1, 0, -2, 0, 0, 3, 0, 0], { absolute: 1e-12 });
  expectClose(result.explainedVariance, [3.25 / 3.75, 0.5 / 3.75, 0], { absolute: 1e-12 });
});

test('equal tokens have scores and shares of 0', () => {
  const result = finishPca(
    planPca({ shape: [3, 2], firstFittedRow: 0 }, defaultLimits),
    new Float32Array(24),
    Float32Array.of(5, 6, 0, 0),
  );
  expect([...result.scores]).toEqual(new Array(9).fill(0));
  expect(result.explainedVariance).toEqual([0, 0, 0]);
});

test('the reference finds the long side of a line', () => {
  const result = pcaReference(Float32Array.of(0, 0, 3, 4, 9, 12), { shape: [3, 2], firstFittedRow: 0 });
  expectClose(result.scores, [-20 / 3, 0, 0, -5 / 3, 0, 0, 25 / 3, 0, 0], { absolute: 1e-6 });
  expectClose(result.explainedVariance, [1, 0, 0], { absolute: 1e-12 });
});

test('shares are variances of the scores around their own mean, of the rows that count, over that of the channels', () => {
  // The first row does not count; the others vary by 4, 1 and 0 along the three.
  const scores = Float32Array.of(90, 90, 90, 12, 1, 7, 8, -1, 7);
  const moments = Float32Array.of(1, 2, 3, 4, 5, 1);
  expect(measureShares(scores, 1, moments)).toEqual([0.4, 0.1, 0]);
  expect(measureShares(scores, 1, new Float32Array(6))).toEqual([0, 0, 0]);
});
