import { expect, test } from 'vitest';
import { toHalf } from './half.ts';

/** (-1)^s * 2^(e-15) * (1 + f/1024), or with e = 0 (-1)^s * 2^-14 * f/1024. */
function valueOfHalf(half: number): number {
  const sign = half >= 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = (half & 1023) / 1024;
  return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
}

const finite = Array.from({ length: 0x7c00 }, (_, half) => half);

test('every finite f16 is found again from its value, with either sign', () => {
  expect(finite.filter((half) => toHalf(valueOfHalf(half)) !== half)).toEqual([]);
  expect(finite.filter((half) => toHalf(-valueOfHalf(half)) !== (half | 0x8000))).toEqual([]);
});

test('what lies between two goes to the nearer, in the middle to the even one', () => {
  const wrong = finite.slice(0, -1).filter((half) => {
    const [low, high] = [valueOfHalf(half), valueOfHalf(half + 1)];
    const middle = (low + high) / 2;
    const even = half % 2 === 0 ? half : half + 1;
    const nearly = (high - low) / 64;
    return toHalf(middle) !== even || toHalf(middle - nearly) !== half || toHalf(middle + nearly) !== half + 1;
  });
  expect(wrong).toEqual([]);
});

test('what is beyond becomes infinite or zero, and what is no number stays none', () => {
  expect(toHalf(65519.9)).toBe(0x7bff);
  expect(toHalf(65520)).toBe(0x7c00);
  expect(toHalf(-1e30)).toBe(0xfc00);
  expect(toHalf(Number.POSITIVE_INFINITY)).toBe(0x7c00);
  expect(toHalf(2 ** -25)).toBe(0);
  expect(toHalf(1.0001 * 2 ** -25)).toBe(1);
  expect(toHalf(-1e-40)).toBe(0x8000);
  expect(toHalf(Number.NaN) & 0x7fff).toBeGreaterThan(0x7c00);
});
