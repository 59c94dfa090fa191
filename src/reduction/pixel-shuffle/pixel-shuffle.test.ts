import { expect, test } from 'vitest';
import { defaultLimits } from '#testing/limits.ts';
import { countingValues } from '#testing/values.ts';
import { pixelShuffleReference } from './pixel-shuffle.reference.ts';
import { type PixelShuffleSpec, planPixelShuffle } from './pixel-shuffle.ts';

const tile: PixelShuffleSpec = { rows: 32, columns: 32, channels: 1024, factor: 2, scale: 1, psVersion: 'v2' };

test('1024 tokens become 256 of four times the width', () => {
  const plan = planPixelShuffle(tile, defaultLimits);
  expect(plan.inputShape).toEqual([1024, 1024]);
  expect(plan.outputShape).toEqual([256, 4096]);
  expect(plan.dispatch.workgroups).toEqual([(1024 * 1024) / 64, 1, 1]);
});

test('odd and empty grids are refused', () => {
  expect(planPixelShuffle({ ...tile, rows: 2, columns: 34 }, defaultLimits).outputShape).toEqual([17, 4096]);
  for (const wrong of [{ rows: 33 }, { columns: 31 }, { rows: 0 }, { columns: 0 }, { channels: 0 }]) {
    expect(() => planPixelShuffle({ ...tile, ...wrong }, defaultLimits)).toThrow(
      'a multiple of 2 rows, a multiple of 2 columns',
    );
  }
});

test('other factors fold as many patches as they say', () => {
  expect(planPixelShuffle({ ...tile, factor: 4 }, defaultLimits).outputShape).toEqual([64, 16 * 1024]);
  expect(planPixelShuffle({ ...tile, factor: 1 }, defaultLimits).outputShape).toEqual([1024, 1024]);
  expect(planPixelShuffle({ ...tile, rows: 16, columns: 16 }, defaultLimits).outputShape).toEqual([64, 4096]);
  for (const factor of [3, 0, 0.5, Number.NaN]) {
    expect(() => planPixelShuffle({ ...tile, factor }, defaultLimits)).toThrow(`a multiple of ${factor} rows`);
  }
});

test('the input must be bindable, to the byte', () => {
  const limits = { ...defaultLimits, maxBufferSize: 4 * 2 ** 20 };
  expect(planPixelShuffle(tile, limits).inputShape).toEqual([1024, 1024]);
  expect(() => planPixelShuffle({ ...tile, channels: 1025 }, limits)).toThrow('bytes');
});

test('channel blocks stand top-left, top-right, bottom-left, bottom-right', () => {
  // 2 rows, 4 columns, one channel: patches 0 1 2 3 / 4 5 6 7.
  const spec = { rows: 2, columns: 4, channels: 1, factor: 2, scale: 1, psVersion: 'v2' } as const;
  expect([...pixelShuffleReference(countingValues(8), spec)]).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
});

test('sixteen channel blocks go through their neighbourhood row by row', () => {
  const spec = { rows: 4, columns: 8, channels: 1, factor: 4, scale: 1, psVersion: 'v2' } as const;
  const [first = [], second = []] = [0, 1].map((token) =>
    [...pixelShuffleReference(countingValues(32), spec)].slice(16 * token, 16 * (token + 1)),
  );
  expect(first).toEqual([0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]);
  expect(second).toEqual(first.map((patch) => patch + 4));
});

/** [a, b, c] → [b, a, c]. */
function permute102(data: Float32Array, [a, b, c]: readonly [number, number, number]): Float32Array {
  const permuted = new Float32Array(data.length);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) permuted[(j * a + i) * c + k] = data[(i * b + j) * c + k] ?? Number.NaN;
    }
  }
  return permuted;
}

// `pixel_shuffle` of modeling_internvl_chat.py, view by view (its comments call the first axis W and the second H).
test.each([
  [6, 10, 2],
  [3, 5, 1],
  [9, 6, 3],
  [8, 12, 4],
])('both versions do what the published views and permutations do: %i x %i by %i', (rows, columns, factor) => {
  const channels = 3;
  const input = countingValues(rows * columns * channels);
  const v1 = permute102(input, [rows, columns / factor, channels * factor]);
  const v2 = permute102(v1, [columns / factor, rows / factor, channels * factor ** 2]);
  const spec = { rows, columns, channels, factor, scale: 1 };
  expect(pixelShuffleReference(input, { ...spec, psVersion: 'v1' })).toEqual(v1);
  expect(pixelShuffleReference(input, { ...spec, psVersion: 'v2' })).toEqual(v2);
});
