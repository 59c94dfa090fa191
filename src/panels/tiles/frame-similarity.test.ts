import { describe, expect, test } from 'vitest';
import type { MapSet, TokenMap, TokenStage } from '#engine/protocol.ts';
import { createMapSet } from '#testing/reports.ts';
import { chartFloor, frameSimilarities, mostAlike } from './frame-similarity.ts';

function createMap(tile: number, stage: TokenStage, values: readonly number[]): TokenMap {
  return {
    runId: 1,
    tile,
    stage,
    kind: 'cosine',
    rows: 2,
    columns: 2,
    components: 1,
    unit: 'cosine',
    values: Float32Array.from(values),
    classToken: null,
    explainedVariance: null,
  };
}

function createSet(kind: MapSet['kind']): MapSet {
  const maps = [
    createMap(0, 'selected', [0, 0, 0, 0]),
    createMap(1, 'selected', [0, 0, 0, 0]),
    createMap(0, 'dropped', [1, 0.5, -0.25, 0.75]),
    createMap(1, 'dropped', [-0.5, -0.25, 0.25, -0.5]),
  ];
  return createMapSet({ runId: 1, kind, selection: { kind: 'patch', tile: 0, index: 0 } }, maps);
}

describe('frameSimilarities', () => {
  test('best and mean of the patches of each tile, from the stage without class tokens', () => {
    expect(frameSimilarities(createSet('cosine'))).toEqual([
      { tile: 0, best: 1, mean: 0.5 },
      { tile: 1, best: 0.25, mean: -0.25 },
    ]);
  });

  test('other maps say nothing of similarity', () => {
    expect(frameSimilarities(createSet('norm'))).toEqual([]);
    expect(frameSimilarities(null)).toEqual([]);
  });
});

test('the most alike frame is another than the own one', () => {
  const frames = [0.4, 1, 0.7, 0.7].map((best, tile) => ({ tile, best, mean: 0 }));
  expect(mostAlike(frames, 1)).toEqual({ tile: 2, best: 0.7, mean: 0 });
  expect(mostAlike(frames, 0)).toEqual({ tile: 1, best: 1, mean: 0 });
  expect(mostAlike(frames.slice(0, 1), 0)).toBeNull();
});

test('the chart begins at 0 or at the tenth below the lowest mean', () => {
  expect(chartFloor([{ tile: 0, best: 1, mean: 0.3 }])).toBe(0);
  expect(chartFloor([{ tile: 0, best: 1, mean: -0.25 }])).toBeCloseTo(-0.3, 12);
});
