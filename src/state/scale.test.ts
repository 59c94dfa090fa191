import { describe, expect, test } from 'vitest';
import type { MapKind, MapSet, TokenMap, TokenStage } from '#engine/protocol.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { createMapSet } from '#testing/reports.ts';
import { isEmptyRange, rangeOf, summarise, unionOf, valuesAt } from './map-values.ts';
import { colourRanges, positionIn, type ScaleSettings } from './scale.ts';

function createMap(kind: MapKind, stage: TokenStage, values: readonly number[], components = 1): TokenMap {
  const side = Math.sqrt(values.length / components);
  return {
    runId: 1,
    tile: 0,
    stage,
    kind,
    rows: side,
    columns: side,
    components,
    unit: kind,
    values: Float32Array.from(values),
    classToken: stage === 'selected' ? Float32Array.from({ length: components }, () => 72) : null,
    explainedVariance: null,
  };
}

const setOf = (...maps: TokenMap[]): MapSet => createMapSet({ runId: 1, kind: maps[0]?.kind ?? 'norm' }, maps);

describe('colourRanges', () => {
  const first = createMap('norm', 'selected', [18, 20, 25, 32]);
  const second = createMap('norm', 'shuffled', [40, 41, 42, 50]);
  const settings: ScaleSettings = { scaleMode: 'square', cosineRange: 'fixed' };

  test('scales each square by its own grid, without the class token', () => {
    expect(colourRanges(setOf(first, second), 'selected', settings)).toEqual([{ min: 18, max: 32 }]);
  });

  test('gives all tiles of a square one scale', () => {
    const other = { ...createMap('norm', 'selected', [5, 6, 7, 30]), tile: 1 };
    expect(colourRanges(setOf(first, other, second), 'selected', settings)).toEqual([{ min: 5, max: 32 }]);
  });

  test('shares one scale where asked', () => {
    const shared = { ...settings, scaleMode: 'shared' } as const;
    expect(colourRanges(setOf(first, second), 'selected', shared)).toEqual([{ min: 18, max: 50 }]);
  });

  test('spans −1 to 1 for cosine, or the values at hand', () => {
    const cosine = createMap('cosine', 'dropped', [0.25, 0.5, 0.75, 1]);
    expect(colourRanges(setOf(cosine), 'dropped', settings)).toEqual([{ min: -1, max: 1 }]);
    expect(colourRanges(setOf(cosine), 'dropped', { ...settings, cosineRange: 'data' })).toEqual([
      { min: 0.25, max: 1 },
    ]);
  });

  test('spans −1 to 1 for the similarity to the class token too', () => {
    const similarity = createMap('class', 'dropped', [0.25, 0.5, 0.75, 1]);
    expect(colourRanges(setOf(similarity), 'dropped', settings)).toEqual([{ min: -1, max: 1 }]);
  });

  test('leaves out of a scale what has no number', () => {
    const cosine = createMap('cosine', 'dropped', [0.25, 0.5, Number.NaN, 0.75]);
    const data = { ...settings, cosineRange: 'data' } as const;
    expect(colourRanges(setOf(cosine), 'dropped', data)).toEqual([{ min: 0.25, max: 0.75 }]);
    expect(summarise([cosine])).toMatchObject({ min: 0.25, max: 0.75, mean: 0.5 });
  });

  test('on kept axes each PCA score has the range of the image where they come from', () => {
    const pca = createMap('pca', 'dropped', [0, 10, -5, 1, 20, 5, 2, 30, 0, 3, 40, 1], 3);
    const ranges = [
      { min: -1, max: 1 },
      { min: 0, max: 9 },
      { min: -5, max: 2 },
    ];
    const axes = [{ stage: 'dropped', basis: 'kept', ranges } as const];
    expect(colourRanges({ ...setOf(pca), axes }, 'dropped', settings)).toEqual(ranges);
    const anew = [{ stage: 'dropped', basis: 'run', ranges: null } as const];
    expect(colourRanges({ ...setOf(pca), axes: anew }, 'dropped', settings)[0]).toEqual({ min: 0, max: 3 });
  });

  test('scales each PCA score by itself, whatever is shared', () => {
    const pca = createMap('pca', 'dropped', [0, 10, -5, 1, 20, 5, 2, 30, 0, 3, 40, 1], 3);
    expect(colourRanges(setOf(pca), 'dropped', { ...settings, scaleMode: 'shared' })).toEqual([
      { min: 0, max: 3 },
      { min: 10, max: 40 },
      { min: -5, max: 5 },
    ]);
  });
});

test('of a map of which nothing is left there is no range and nothing to say; beside another it takes nothing away', () => {
  const nothing = createMap('cosine', 'tokens', [Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  const one = { ...createMap('cosine', 'tokens', [Number.NaN, 0.5, Number.NaN, Number.NaN]), tile: 1 };
  expect(isEmptyRange(rangeOf(nothing))).toBe(true);
  expect(isEmptyRange(unionOf([]))).toBe(true);
  expect(summarise([nothing])).toBeNull();
  expect(summarise([])).toBeNull();

  expect(isEmptyRange(rangeOf(one))).toBe(false);
  const at = { tile: 1, index: 1 };
  expect(summarise([nothing, one])).toEqual({ min: 0.5, max: 0.5, mean: 0.5, minAt: at, maxAt: at });
  const data: ScaleSettings = { scaleMode: 'shared', cosineRange: 'data' };
  expect(colourRanges(setOf(nothing, one), 'tokens', data)).toEqual([{ min: 0.5, max: 0.5 }]);
});

test('positionIn clamps to the ends and puts a single value in the middle', () => {
  const range = { min: 18, max: 32 };
  expect(positionIn(range, 18)).toBe(0);
  expect(positionIn(range, 25)).toBe(0.5);
  expect(positionIn(range, 72)).toBe(1);
  expect(positionIn(range, 1)).toBe(0);
  expect(positionIn({ min: 3, max: 3 }, 3)).toBe(0.5);
});

test('summarise names the extremes and where they are', () => {
  const second = { ...createMap('norm', 'selected', [3, 1, 2, 6]), tile: 1 };
  expect(summarise([createMap('norm', 'selected', [4, 4, 5, 7]), second])).toEqual({
    min: 1,
    max: 7,
    mean: 4,
    minAt: { tile: 1, index: 1 },
    maxAt: { tile: 0, index: 3 },
  });
});

test('valuesAt reads a token through its lineage', () => {
  const shuffled = createMap(
    'norm',
    'shuffled',
    Array.from({ length: 256 }, (_, token) => token),
  );
  expect(valuesAt(shuffled, { kind: 'patch', tile: 0, index: 33 }, publishedGrid)).toEqual([0]);
  expect(valuesAt(shuffled, { kind: 'patch', tile: 0, index: 34 }, publishedGrid)).toEqual([1]);
  expect(valuesAt(shuffled, { kind: 'class', tile: 0 }, publishedGrid)).toBeNull();
  expect(valuesAt(createMap('norm', 'selected', [1, 2, 3, 4]), { kind: 'class', tile: 0 }, publishedGrid)).toEqual([
    72,
  ]);
});
