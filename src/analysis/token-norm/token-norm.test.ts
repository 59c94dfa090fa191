import { expect, test } from 'vitest';
import { defaultLimits } from '#testing/limits.ts';
import { tokenNormReference } from './token-norm.reference.ts';
import { planTokenNorm } from './token-norm.ts';

test('one workgroup a token', () => {
  const plan = planTokenNorm([1025, 1024], defaultLimits);
  expect(plan.outputShape).toEqual([1025]);
  expect(plan.dispatch.workgroups).toEqual([1025, 1, 1]);
});

test('a shape that is no matrix of tokens is refused', () => {
  expect(planTokenNorm([1, 1], defaultLimits).outputShape).toEqual([1]);
  for (const shape of [[0, 4], [4, 0], [4], [2, 2, 2]]) {
    expect(() => planTokenNorm(shape, defaultLimits)).toThrow(`shape [${shape.join(', ')}]`);
  }
});

test('the input must be bindable, to the byte', () => {
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 6 * 4 * 4 };
  expect(planTokenNorm([6, 4], limits).outputShape).toEqual([6]);
  expect(() => planTokenNorm([7, 4], limits)).toThrow('112 bytes');
});

test('the reference knows Pythagoras', () => {
  expect([...tokenNormReference(Float32Array.of(3, 4, 5, 12), 2)]).toEqual([5, 13]);
});
