import { expect, test } from 'vitest';
import { defaultLimits } from '#testing/limits.ts';
import { planDropClassToken } from './drop-class-token.ts';

test('1025 tokens become 1024', () => {
  const plan = planDropClassToken([1025, 1024], defaultLimits);
  expect(plan.outputShape).toEqual([1024, 1024]);
  expect(plan.dispatch.workgroups).toEqual([(1024 * 1024) / 64, 1, 1]);
});

test('the class token alone, or a shape that is no matrix, is refused', () => {
  expect(planDropClassToken([2, 1], defaultLimits).outputShape).toEqual([1, 1]);
  for (const shape of [[1, 8], [8, 0], [8], [2, 2, 2]]) {
    expect(() => planDropClassToken(shape, defaultLimits)).toThrow(`shape [${shape.join(', ')}]`);
  }
});

test('the input must be bindable, to the byte', () => {
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 5 * 8 * 4 };
  expect(planDropClassToken([5, 8], limits).outputShape).toEqual([4, 8]);
  expect(() => planDropClassToken([6, 8], limits)).toThrow('192 bytes');
});
