import { expect, test } from 'vitest';
import { defaultLimits } from '#testing/limits.ts';
import { tokenDifferenceReference } from './token-difference.reference.ts';
import { planTokenDifference } from './token-difference.ts';

/** Of two tensors of one shape. */
const planOf = (shape: readonly number[], limits = defaultLimits) =>
  planTokenDifference({ first: shape, second: [...shape] }, limits);

test('one workgroup a token', () => {
  const plan = planOf([2 * 1024, 1024]);
  expect(plan.outputShape).toEqual([2048, 2]);
  expect(plan.dispatch.workgroups).toEqual([2048, 1, 1]);
});

test('a shape that is no matrix of tokens is refused', () => {
  expect(planOf([1, 1]).outputShape).toEqual([1, 2]);
  for (const shape of [[0, 4], [4, 0], [4], [2, 2, 2]]) {
    expect(() => planOf(shape)).toThrow(`shape [${shape.join(', ')}]`);
  }
});

test('tensors of two shapes are refused', () => {
  for (const second of [[5, 4], [6, 3], [24]]) {
    expect(() => planTokenDifference({ first: [6, 4], second }, defaultLimits)).toThrow(
      `shape [${second.join(', ')}] where [6, 4]`,
    );
  }
});

test('inputs and output must be bindable, to the byte', () => {
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 96 };
  expect(planOf([6, 4], limits).inputShape).toEqual([6, 4]);
  expect(() => planOf([7, 4], limits)).toThrow('112 bytes');
  expect(planOf([12, 1], limits).outputShape).toEqual([12, 2]);
  expect(() => planOf([13, 1], limits)).toThrow('104 bytes');
});

test('the reference knows Pythagoras, right angles, opposites and zero', () => {
  const first = Float32Array.of(3, 0, 1, 2, 0, 0, 5, 5);
  const second = Float32Array.of(0, 4, -1, -2, 5, 12, 5, 5);
  const [norm, opposite, zero, same] = [0, 1, 2, 3].map((token) => [
    ...tokenDifferenceReference(first, second, 2).subarray(2 * token, 2 * token + 2),
  ]);
  expect(norm).toEqual([5, 0]);
  expect(opposite?.[0]).toBeCloseTo(Math.sqrt(20), 12);
  expect(opposite?.[1]).toBeCloseTo(-1, 12);
  expect(zero).toEqual([13, 0]);
  expect(same?.[0]).toBe(0);
  expect(same?.[1]).toBeCloseTo(1, 12);
});
