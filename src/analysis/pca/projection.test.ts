import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { defaultLimits } from '#testing/limits.ts';
import { scatteredValues } from '#testing/values.ts';
import { finishPca, finishProjection } from './finish-pca.ts';
import { planPca } from './pca.ts';
import { projectionReference } from './projection.reference.ts';
import { planProjection } from './projection.ts';

const spec = { shape: [130, 10], axesShape: [10, 8] };

test('one invocation a token', () => {
  const plan = planProjection(spec, defaultLimits);
  expect(plan.scoresShape).toEqual([130, 8]);
  expect(plan.dispatch.workgroups).toEqual([3, 1, 1]);
});

test('tokens that are none, or of another width than the axes, are refused', () => {
  expect(planProjection({ shape: [1, 10], axesShape: [10, 8] }, defaultLimits).inputShape).toEqual([1, 10]);
  for (const shape of [[130, 9], [130, 11], [130, 0], [0, 10], [10]]) {
    expect(() => planProjection({ ...spec, shape }, defaultLimits)).toThrow(`shape [${shape.join(', ')}]`);
  }
});

test('tokens and scores must be bindable, to the byte', () => {
  expect(planProjection(spec, { ...defaultLimits, maxBufferSize: 5200 }).inputShape).toEqual([130, 10]);
  expect(() => planProjection(spec, { ...defaultLimits, maxBufferSize: 5199 })).toThrow('[130, 10] needs 5200');
  const narrow = { shape: [130, 4], axesShape: [4, 8] };
  expect(planProjection(narrow, { ...defaultLimits, maxBufferSize: 4160 }).scoresShape).toEqual([130, 8]);
  expect(() => planProjection(narrow, { ...defaultLimits, maxBufferSize: 4159 })).toThrow('[130, 8] needs 4160');
});

test('the rotation of a fit gives its own scores again, and those of other tokens alike', () => {
  const scores = scatteredValues(20 * 8);
  const fit = finishPca(planPca({ shape: [20, 9], firstFittedRow: 0 }, defaultLimits), scores, new Float32Array(18));
  expect(fit.rotation.length).toBe(24);
  expect(finishProjection(scores, fit.rotation)).toEqual(fit.scores);
  // A token at the third of the block's axes has the rotation's third row as its scores.
  const atThirdAxis = Float32Array.of(0, 0, 1, 0, 0, 0, 0, 0);
  expectClose(finishProjection(atThirdAxis, fit.rotation), fit.rotation.subarray(6, 9), { absolute: 1e-7 });
});

test('the reference takes the mean off first', () => {
  const axes = Float32Array.of(1, 0, 2, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0);
  expect([...projectionReference(Float32Array.of(4, 6), Float32Array.of(1, 2), axes)].slice(0, 4)).toEqual([
    3, 4, 14, 0,
  ]);
});
