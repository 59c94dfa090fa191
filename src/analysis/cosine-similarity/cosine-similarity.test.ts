import { expect, test } from 'vitest';
import { defaultLimits } from '#testing/limits.ts';
import { cosineSimilarityReference } from './cosine-similarity.reference.ts';
import { planCosineSimilarity } from './cosine-similarity.ts';

test('one workgroup a token', () => {
  const plan = planCosineSimilarity([256, 4096], defaultLimits);
  expect(plan.outputShape).toEqual([256]);
  expect(plan.dispatch.workgroups).toEqual([256, 1, 1]);
});

test('a shape that is no matrix of tokens is refused', () => {
  expect(planCosineSimilarity([1, 1], defaultLimits).outputShape).toEqual([1]);
  for (const shape of [[0, 4], [4, 0], [4]]) {
    expect(() => planCosineSimilarity(shape, defaultLimits)).toThrow(`shape [${shape.join(', ')}]`);
  }
});

test('the input must be bindable, to the byte', () => {
  const limits = { ...defaultLimits, maxBufferSize: 6 * 4 * 4 };
  expect(planCosineSimilarity([6, 4], limits).outputShape).toEqual([6]);
  expect(() => planCosineSimilarity([7, 4], limits)).toThrow('112 bytes');
});

test('the reference knows right angles, opposites and zero', () => {
  expect([...cosineSimilarityReference(Float32Array.of(2, 0, 0, 3, -1, 0, 0, 0), 2, [0])]).toEqual([1, 0, -1, 0]);
});
