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
test('both versions do what the published views and permutations do', () => {
  const [rows, columns, channels] = [6, 10, 3];
  const input = countingValues(rows * columns * channels);
  const v1 = permute102(input, [rows, columns / 2, channels * 2]);
  const v2 = permute102(v1, [columns / 2, rows / 2, channels * 4]);
  const spec = { rows, columns, channels, factor: 2, scale: 1 };
  expect(pixelShuffleReference(input, { ...spec, psVersion: 'v1' })).toEqual(v1);
  expect(pixelShuffleReference(input, { ...spec, psVersion: 'v2' })).toEqual(v2);
});
