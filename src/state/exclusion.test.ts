import { expect, test } from 'vitest';
import type { Selection, TokenMap, TokenStage } from '#engine/protocol.ts';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { createMapSet } from '#testing/reports.ts';
import { excludedCells, withoutNeighbourhood } from './exclusion.ts';
import { mostExclusionRadius } from './lens.ts';

const patch = (index: number): Selection => ({ kind: 'patch', tile: 1, index });
const cells = (stage: TokenStage, selection: Selection, radius: number) =>
  [...excludedCells(stage, selection, radius, publishedGrid)].sort((a, b) => a - b);

test('each grid loses the cells around the token that carries the selection', () => {
  expect(cells('dropped', patch(33), 0)).toEqual([33]);
  expect(cells('selected', patch(33), 1)).toEqual([0, 1, 2, 32, 33, 34, 64, 65, 66]);
  // Patch 33 is folded into token 0, at the corner of the smaller grid.
  expect(cells('tokens', patch(33), 1)).toEqual([0, 1, 16, 17]);
  expect(excludedCells('dropped', patch(16 * 32 + 16), 8, publishedGrid).size).toBe(17 * 17);
});

test('a shuffled token takes its four patches along, and the class token has no place', () => {
  const shuffled: Selection = { kind: 'shuffled', tile: 1, index: 17 };
  expect(cells('dropped', shuffled, 0)).toEqual([66, 67, 98, 99]);
  expect(excludedCells('dropped', shuffled, 1, publishedGrid).size).toBe(16);
  expect(cells('shuffled', shuffled, 0)).toEqual([17]);
  expect(cells('selected', { kind: 'class', tile: 1 }, 3)).toEqual([]);
});

function createMap(tile: number): TokenMap {
  return {
    runId: 1,
    tile,
    stage: 'tokens',
    kind: 'cosine',
    rows: 16,
    columns: 16,
    components: 1,
    unit: 'cosine',
    values: Float32Array.from({ length: 256 }, (_, index) => index / 256),
    classToken: null,
    explainedVariance: null,
  };
}

test('only the map of the selection’s tile has cells without a number; the set itself is left alone', () => {
  const maps = [createMap(0), createMap(1)];
  const set = createMapSet({ runId: 1, kind: 'cosine', selection: patch(33) }, maps);
  const [other, own] = withoutNeighbourhood(set, 1, publishedGrid).maps;
  expect(other).toBe(maps[0]);
  const left = [...(own?.values ?? [])].flatMap((value, index) => (Number.isNaN(value) ? [index] : []));
  expect(left).toEqual([0, 1, 16, 17]);
  expect(own?.values[2]).toBe(2 / 256);
  expect(maps[1]?.values[0]).toBe(0);
});

test('around a token in the middle the largest radius leaves nothing of the small grid, one less leaves its border', () => {
  const selection: Selection = { kind: 'shuffled', tile: 1, index: 8 * 16 + 8 };
  const set = createMapSet({ runId: 1, kind: 'cosine', selection }, [createMap(1)]);
  const count = (radius: number) =>
    withoutNeighbourhood(set, radius, publishedGrid).maps[0]?.values.filter((value) => !Number.isNaN(value)).length;
  expect(count(mostExclusionRadius)).toBe(0);
  expect(count(mostExclusionRadius - 1)).toBe(256 - 15 * 15);
});

test('nothing is left out without a radius, a selection, or of another kind', () => {
  const set = createMapSet({ runId: 1, kind: 'cosine', selection: patch(33) }, [createMap(1)]);
  expect(withoutNeighbourhood(set, null, publishedGrid)).toBe(set);
  expect(withoutNeighbourhood(set, 0, publishedGrid)).not.toBe(set);
  const attention = createMapSet({ runId: 1, kind: 'attention', selection: patch(33) }, [createMap(1)]);
  expect(withoutNeighbourhood(attention, 1, publishedGrid)).toBe(attention);
  const norm = createMapSet({ runId: 1, kind: 'norm' }, [createMap(1)]);
  expect(withoutNeighbourhood(norm, 1, publishedGrid)).toBe(norm);
});

test('sixteen patches are left out around a token that is made of them', () => {
  const grid = createTokenGrid({ imageSize: 128, patchSize: 16, shuffleFactor: 4 });
  const shuffled: Selection = { kind: 'shuffled', tile: 1, index: 3 };
  expect(excludedCells('dropped', shuffled, 0, grid)).toEqual(
    new Set([36, 37, 38, 39, 44, 45, 46, 47, 52, 53, 54, 55, 60, 61, 62, 63]),
  );
  expect(excludedCells('dropped', shuffled, 1, grid).size).toBe(25);
});
