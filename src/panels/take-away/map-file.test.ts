import { expect, test } from 'vitest';
import type { TokenMap } from '#engine/protocol.ts';
import { paintToken } from '#panels/heatmap/paint-map.ts';
import { assembleMaps } from './map-file.ts';

const table = Uint8ClampedArray.from({ length: 256 * 3 }, (_, index) => Math.floor(index / 3));
const ranges = [{ min: 0, max: 255 }];

/** A map of 2 x 3 tokens, whose values count on from `first`. */
function createMap(tile: number, first: number): TokenMap {
  return {
    runId: 1,
    tile,
    stage: 'selected',
    kind: 'norm',
    rows: 2,
    columns: 3,
    components: 1,
    unit: 'L2 norm',
    values: Float32Array.from({ length: 6 }, (_, index) => first + index),
    classToken: null,
    explainedVariance: null,
  };
}

test('every token of every tile stands where its tile lies', () => {
  const maps = [0, 1, 2, 3].map((tile) => createMap(tile, 10 * tile));
  const { width, height, data } = assembleMaps(maps, { columns: 2, rows: 2, first: 0 }, ranges, table);
  expect([width, height, data.length]).toEqual([6, 4, 96]);
  const reds = Array.from({ length: 24 }, (_, token) => data[4 * token]);
  const expected = [0, 1, 2, 10, 11, 12, 3, 4, 5, 13, 14, 15, 20, 21, 22, 30, 31, 32, 23, 24, 25, 33, 34, 35];
  expect(reds).toEqual(expected);
  expect(paintToken([35], ranges, table)[0]).toBe(35);
  expect(Array.from({ length: 24 }, (_, token) => data[4 * token + 3])).toEqual(Array(24).fill(255));
});

test('a map alone stands where its own tile lies, and the others stay clear', () => {
  const alphasOf = (tile: number, first = 0) => {
    const { data } = assembleMaps([createMap(tile, 10)], { columns: 2, rows: 1, first }, ranges, table);
    return Array.from({ length: 12 }, (_, token) => data[4 * token + 3]);
  };
  const [clear, filled] = [Array(3).fill(0), Array(3).fill(255)];
  expect(alphasOf(1)).toEqual([clear, filled, clear, filled].flat());
  expect(alphasOf(0)).toEqual([filled, clear, filled, clear].flat());
  // A tile by itself fills its picture, whatever its number.
  expect(alphasOf(5, 5)).toEqual(alphasOf(0));
});
