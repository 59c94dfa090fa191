import { expect } from 'vitest';

/** Differences allowed: `absolute` plus `relative` times the magnitude of the expected value. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative?: number;
}

/** Fails where `actual` and `expected` differ by more than `tolerance`, or one is NaN, naming the worst element. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute, relative = 0 }: Tolerance,
): void {
  expect(actual.length).toBe(expected.length);
  let misses = 0;
  let worst = { index: -1, actual: 0, expected: 0, difference: 0 };
  for (let index = 0; index < expected.length; index++) {
    const a = actual[index] ?? Number.NaN;
    const e = expected[index] ?? Number.NaN;
    const difference = Math.abs(a - e);
    if (!(difference <= absolute + relative * Math.abs(e))) {
      misses++;
      if (!(difference <= worst.difference)) worst = { index, actual: a, expected: e, difference };
    }
  }
  if (misses > 0) expect.fail(`${misses} of ${expected.length} off by too much, worst: ${JSON.stringify(worst)}`);
}

/** Fails unless both hold the same bits, element by element. */
export function expectSameBits(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  const actualBits = new Uint32Array(actual.buffer, actual.byteOffset, actual.length);
  const expectedBits = new Uint32Array(expected.buffer, expected.byteOffset, expected.length);
  const index = expectedBits.findIndex((bits, at) => bits !== actualBits[at]);
  if (index >= 0) expect.fail(`element ${index} is ${actual[index]}, not ${expected[index]}`);
}
