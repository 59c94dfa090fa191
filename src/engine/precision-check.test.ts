import { expect, test } from 'vitest';
import { comparePrecision } from './precision-check.ts';

const expected = Float32Array.of(3, -4, 0, 12);

test('the relative error is that of the whole, the largest that of one value', () => {
  const { relativeError, maxAbsError, passed } = comparePrecision('int4', Float32Array.of(3, -4, 0, 12.5), expected);
  expect(relativeError).toBeCloseTo(0.5 / 13, 6);
  expect(maxAbsError).toBe(0.5);
  expect(passed).toBe(true);
});

test('half precision passes up to one percent, rounded matrices whatever they cost', () => {
  const within = comparePrecision('float16', Float32Array.of(3, -4, 0, 12.12), expected);
  const beyond = comparePrecision('float16', Float32Array.of(3, -4, 0, 12.14), expected);
  expect([within.passed, beyond.passed]).toEqual([true, false]);
  expect(comparePrecision('int8', Float32Array.of(3, -4, 0, 14), expected).passed).toBe(true);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s never passes', (value) => {
  const check = comparePrecision('int8', Float32Array.of(3, value, 0, 12), expected);
  expect([check.isFinite, check.passed]).toEqual([false, false]);
  expect(comparePrecision('float16', Float32Array.of(3, value, 0, 12), expected).passed).toBe(false);
  expect(comparePrecision('int8', expected, expected)).toMatchObject({ isFinite: true, passed: true, maxAbsError: 0 });
});

test('fewer values than there should be do not pass', () => {
  expect(comparePrecision('float16', expected.subarray(0, 3), expected).passed).toBe(false);
});
