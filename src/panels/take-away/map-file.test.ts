import { expect, test } from 'vitest';
import type { TokenMap } from '#engine/protocol.ts';
import { paintToken } from '#panels/heatmap/paint-map.ts';
import { publishedGrid } from '#tensor/grid.ts';
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
  const { width, height, data } = assembleMaps(
    maps,
    { columns: 2, rows: 2, first: 0, tokens: publishedGrid },
    ranges,
    table,
  );
  expect([width, height, data.length]).toEqual([6, 4, 96]);
  const reds = Array.from({ length: 24 }, (_, token) => data[4 * token]);
  const expected = [0, 1, 2, 10, 11, 12, 3, 4, 5, 13, 14, 15, 20, 21, 22, 30, 31, 32, 23, 24, 25, 33, 34, 35];
  expect(reds).toEqual(expected);
  expect(paintToken([35], ranges, table)[0]).toBe(35);
  expect(Array.from({ length: 24 }, (_, token) => data[4 * token + 3])).toEqual(Array(24).fill(255));
});
