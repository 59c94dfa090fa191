import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { defaultLimits } from '#testing/limits.ts';
import { discardSmallest, multiplyReference, rolloutMatrixReference } from './attention-rollout.reference.ts';
import { type AttentionRolloutSpec, planAttentionRollout } from './attention-rollout.ts';

const block: AttentionRolloutSpec = { tokens: 1025, heads: 16, headSize: 64, fusion: 'mean', discardRatio: 0.9 };

test('a plan for a published block', () => {
  const { inputShape, matrixShape, rowShape, dispatches } = planAttentionRollout(block, defaultLimits);
  expect(inputShape).toEqual([1025, 1024]);
  expect(matrixShape).toEqual([1025, 1025]);
  expect(rowShape).toEqual([1025]);
  expect(dispatches.fuse.workgroups).toEqual([33, 33, 1]);
  expect(dispatches.normalize.workgroups).toEqual([1025, 1, 1]);
  expect(dispatches.step.workgroups).toEqual([17, 1, 1]);
  expect(dispatches.normalize.constants).toEqual({ tokens: 1025, discarded: 922, workgroup_size: 64 });
});

test('a discard ratio outside [0, 1) is refused', () => {
  for (const discardRatio of [0, 0.9999]) {
    expect(planAttentionRollout({ ...block, discardRatio }, defaultLimits).rowShape).toEqual([1025]);
  }
  for (const discardRatio of [-0.1, 1, Number.NaN]) {
    expect(() => planAttentionRollout({ ...block, discardRatio }, defaultLimits)).toThrow('from 0, below 1');
  }
});

test('the matrix must be bindable, to the byte', () => {
  const spec = { ...block, tokens: 10, heads: 1, headSize: 4 };
  expect(planAttentionRollout(spec, { ...defaultLimits, maxBufferSize: 400 }).matrixShape).toEqual([10, 10]);
  expect(() => planAttentionRollout(spec, { ...defaultLimits, maxBufferSize: 399 })).toThrow('[10, 10] needs 400');
});

test('the reference discards the smallest, of equals the later, and never the class token', () => {
  expect(discardSmallest([1, 3, 2, 4], 2)).toEqual([1, 3, 0, 4]);
  expect(discardSmallest([9, 2, 2, 2], 2)).toEqual([9, 2, 0, 0]);
  expect(discardSmallest([2, 2, 2], 0)).toEqual([2, 2, 2]);
});

test('the reference fuses heads, adds the identity, and makes rows of 1', () => {
  // Two tokens, two heads of one channel; only query 1 of head 1 prefers a key: 3/4 for key 1.
  const query = Float32Array.of(0, 0, 0, 1);
  const key = Float32Array.of(0, 0, 0, Math.log(3));
  const rows = (fusion: AttentionRolloutSpec['fusion']) =>
    rolloutMatrixReference(query, key, { tokens: 2, heads: 2, headSize: 1, fusion, discardRatio: 0 });
  expectClose(rows('mean'), [1.5 / 2, 0.5 / 2, 0.375 / 2, 1.625 / 2], { absolute: 1e-7 });
  expectClose(rows('max'), [1.5 / 2, 0.5 / 2, 0.5 / 2.25, 1.75 / 2.25], { absolute: 1e-7 });
  expectClose(rows('min'), [1.5 / 2, 0.5 / 2, 0.25 / 1.75, 1.5 / 1.75], { absolute: 1e-7 });
});

test('the reference multiplies as on paper', () => {
  const product = multiplyReference(Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6, 7, 8), 2);
  expect([...product]).toEqual([19, 22, 43, 50]);
});
