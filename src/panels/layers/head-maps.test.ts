import { expect, test } from 'vitest';
import type { MapSet } from '#engine/protocol.ts';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { headMaps, sheetOf } from './head-maps.ts';

/** Attention of two heads, each value its place in [2, 1025]. */
const set: MapSet = {
  runId: 4,
  kind: 'attention',
  maps: [],
  selection: { kind: 'patch', tile: 3, index: 7 },
  request: { runId: 4, kind: 'attention' },
  heads: { count: 2, values: Float32Array.from({ length: 2 * 1025 }, (_, index) => index) },
  axes: [],
  encodedAgain: 0,
  elapsedMs: 0,
};

test('each head has its patches without the class token, in the tile of the selection', () => {
  const drawn = headMaps(set, publishedGrid);
  expect(
    drawn?.maps.map(({ values, classToken, tile }) => [values.length, values[0], values[1023], classToken, tile]),
  ).toEqual([
    [1024, 1, 1024, Float32Array.of(0), 3],
    [1024, 1026, 2049, Float32Array.of(1025), 3],
  ]);
  expect(drawn?.grid).toEqual({ columns: 1, rows: 1, first: 3, tokens: publishedGrid });
});

test('all heads share one range, of patches alone', () => {
  expect(headMaps(set, publishedGrid)?.range).toEqual({ min: 1, max: 2049 });
});

test('a set without heads has none', () => {
  expect(headMaps({ ...set, heads: null }, publishedGrid)).toBeNull();
});

test('a sheet of heads is nearly square and has a place for each', () => {
  const drawn = headMaps(set, publishedGrid)?.maps ?? [];
  const [one] = drawn;
  if (!one) throw new Error('no head');
  expect(sheetOf(drawn).maps.map(({ tile }) => tile)).toEqual([0, 1]);
  const gridOf = (count: number) => sheetOf(Array(count).fill(one)).grid;
  expect(gridOf(2)).toEqual({ columns: 2, rows: 1, first: 0 });
  expect(gridOf(16)).toEqual({ columns: 4, rows: 4, first: 0 });
  expect(gridOf(25)).toEqual({ columns: 5, rows: 5, first: 0 });
  expect(gridOf(7)).toEqual({ columns: 3, rows: 3, first: 0 });
});

test('heads of another grid have its patches', () => {
  const grid = createTokenGrid({ imageSize: 64, patchSize: 16, shuffleFactor: 2 });
  const values = Float32Array.from({ length: 2 * 17 }, (_, index) => index);
  const maps = headMaps({ ...set, heads: { count: 2, values } }, grid)?.maps ?? [];
  expect(maps.map((map) => [map.rows, map.columns, map.values[0], map.values.length])).toEqual([
    [4, 4, 1, 16],
    [4, 4, 18, 16],
  ]);
});
