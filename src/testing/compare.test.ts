import { describe, expect, test } from 'vitest';
import { expectClose, expectSameBits } from './compare.ts';

describe('expectClose', () => {
  test('takes a difference at the tolerance and refuses one above it', () => {
    expectClose([1.5], [1], { absolute: 0.5 });
    expectClose([150], [100], { absolute: 0, relative: 0.5 });
    expect(() => expectClose([1.5], [1], { absolute: 0.49 })).toThrow('1 of 1');
  });

  test('refuses NaN on either side and a wrong length', () => {
    expect(() => expectClose([Number.NaN], [1], { absolute: 1e9 })).toThrow();
    expect(() => expectClose([1], [Number.NaN], { absolute: 1e9 })).toThrow();
    expect(() => expectClose([1, 2], [1], { absolute: 1e9 })).toThrow();
  });
});

test('expectSameBits tells 0 from -0 and takes equal NaNs', () => {
  expectSameBits(Float32Array.of(0, Number.NaN), Float32Array.of(0, Number.NaN));
  expect(() => expectSameBits(Float32Array.of(0), Float32Array.of(-0))).toThrow('element 0');
});
