import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { defaultLimits } from '#testing/limits.ts';
import { attentionReference, scoresReference } from './attention-scores.reference.ts';
import { describeScores } from './attention-scores.ts';

const block = { tokens: 1025, heads: 16, headSize: 64 };

test('one published block', () => {
  const { inputShape, constants } = describeScores(block, defaultLimits);
  expect(inputShape).toEqual([1025, 1024]);
  expect(constants).toEqual({ tokens: 1025, heads: 16, head_size: 64, scale: 0.125 });
});

test('a head size that is no multiple of 4 is read value by value', () => {
  expect(describeScores({ ...block, headSize: 8 }, defaultLimits).code).toContain('alias Chunk = vec4f;');
  expect(describeScores({ ...block, headSize: 9 }, defaultLimits).code).toContain('alias Chunk = f32;');
});

test('sizes that are no positive integers are refused', () => {
  expect(describeScores({ tokens: 1, heads: 1, headSize: 1 }, defaultLimits).inputShape).toEqual([1, 1]);
  for (const wrong of [{ tokens: 0 }, { heads: 0 }, { headSize: 0 }, { headSize: 2.5 }, { tokens: Number.NaN }]) {
    expect(() => describeScores({ ...block, ...wrong }, defaultLimits)).toThrow('where [tokens, heads * head size]');
  }
});

test('the input must be bindable, to the byte', () => {
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 6 * 8 * 4 };
  expect(describeScores({ tokens: 6, heads: 2, headSize: 4 }, limits).inputShape).toEqual([6, 8]);
  expect(() => describeScores({ tokens: 7, heads: 2, headSize: 4 }, limits)).toThrow('224 bytes');
});

test('the reference keeps heads apart and knows softmax', () => {
  // Two tokens, two heads of 4 channels: head 0 scores by its first channel, head 1 by its last.
  const spec = { tokens: 2, heads: 2, headSize: 4 };
  const query = Float32Array.of(2, 0, 0, 0, 0, 0, 0, 4, 6, 0, 0, 0, 0, 0, 0, 8);
  const key = Float32Array.of(1, 9, 9, 9, 9, 9, 9, 3, 5, 9, 9, 9, 9, 9, 9, 7);
  expect([...scoresReference(query, key, spec)]).toEqual([1, 5, 3, 15, 6, 14, 12, 28]);
  const [near = Number.NaN, far = Number.NaN] = attentionReference(query, key, spec);
  expectClose([near, far], [1 / (1 + Math.E ** 4), 1 / (1 + Math.E ** -4)], { absolute: 1e-15 });
});
