import { expect } from '@playwright/test';

/** Colours are picked from 256 steps; a value that rounds to the next step is one step of colour away. */
const oneStep = 3;

/** The colour of `value` on a scale from `min` to `max`. */
export function colourOf(interpolate: (position: number) => string, value: number, min: number, max: number): number[] {
  const text = interpolate((value - min) / (max - min));
  const parts = text.startsWith('#') ? text.match(/[0-9a-f]{2}/gi) : text.match(/\d+/g);
  return (parts ?? []).map((part) => Number.parseInt(part, text.startsWith('#') ? 16 : 10));
}

/** Fails unless every painted token has the colour of its value. */
export function expectColours(painted: number[][], expected: number[][]): void {
  expect(painted.length).toBe(expected.length);
  const misses = expected.flatMap((colour, token) => {
    const difference = Math.max(
      ...colour.map((part, channel) => Math.abs(part - (painted[token]?.[channel] ?? Number.NaN))),
    );
    return difference <= oneStep ? [] : [{ token, colour, painted: painted[token] }];
  });
  expect(misses).toEqual([]);
}
