import { describe, expect, test } from 'vitest';
import type { RunReport, TileReport, TokenStage } from '#engine/protocol.ts';
import { createRunReport, oneTile } from '#testing/reports.ts';
import type { AppState } from './app-state.ts';
import {
  commonStages,
  comparedOtherTile,
  comparedRun,
  comparedStage,
  compareRequestOf,
  endedRun,
  mostAlike,
  otherRuns,
  sameCompareRequest,
  sameTiles,
  withRun,
} from './comparison.ts';
import { defaultLens } from './lens.ts';

const threeByTwo: TileReport = { ...oneTile, columns: 3, rows: 2, count: 7, hasThumbnail: true };

/** A run with stages of these widths. */
function createRun(
  runId: number,
  widths: Partial<Record<TokenStage, number>> = { dropped: 192, tokens: 256 },
  tiles = oneTile,
) {
  const timing = { elapsedMs: 1, clock: 'wall' } as const;
  const stages = Object.entries(widths).map(([stage, width]) => ({
    stage: stage as TokenStage,
    shape: [stage === 'tokens' ? 256 : 1024, width],
    dtype: 'float32' as const,
    timing,
  }));
  return createRunReport(runId, { stages, tiles, keptRuns: [1, 2, 3] });
}

const runs = [createRun(1), createRun(2), createRun(3)] as const;

/** A page that shows the newest of `kept`. */
function createState(change: Partial<AppState> = {}): AppState {
  const state = {
    kept: runs,
    report: runs[2],
    otherRun: null,
    otherTile: null,
    compareStage: null,
    comparison: null,
    tile: 0,
    mapKind: 'norm',
    lens: defaultLens,
    locked: null,
    hovered: null,
    maps: {},
    ...change,
  };
  return state as unknown as AppState;
}

describe('which run', () => {
  test('is the newest of the others until another is chosen, and never the one on show', () => {
    expect(otherRuns(createState()).map(({ runId }) => runId)).toEqual([1, 2]);
    expect(comparedRun(createState())).toBe(runs[1]);
    expect(comparedRun(createState({ otherRun: runs[0] }))).toBe(runs[0]);
    expect(comparedRun(createState({ otherRun: runs[2] }))).toBe(runs[1]);
    expect(comparedRun(createState({ kept: [runs[2]] }))).toBe(null);
    expect(comparedRun(createState({ report: null }))).toBe(null);
  });

  test('is none, by name, where the chosen one is no longer kept: another that has its number is another', () => {
    const ended = createRun(1);
    expect(endedRun(createState({ otherRun: runs[0] }))).toBe(null);
    expect(endedRun(createState({ otherRun: ended }))).toBe(ended);
    expect(comparedRun(createState({ otherRun: ended }))).toBe(null);
    expect(compareRequestOf(createState({ otherRun: ended }))).toBe(null);
  });

  test('the kept ones are those that the newest run says are kept', () => {
    const newest: RunReport = createRunReport(4, { keptRuns: [2, 4] });
    expect(withRun(runs, newest).map(({ runId }) => runId)).toEqual([2, 4]);
  });
});

describe('which tile', () => {
  const cut = [createRun(1, { tokens: 8 }, threeByTwo), createRun(2, { tokens: 8 }, threeByTwo), createRun(3)] as const;

  test('is the one of the same number where both are cut alike', () => {
    const state = createState({ kept: cut, report: cut[1], otherRun: cut[0], tile: 4 });
    expect(comparedOtherTile(state)).toBe(4);
    expect(comparedOtherTile({ ...state, otherTile: 2 })).toBe(2);
    expect(comparedOtherTile({ ...state, otherTile: 7 })).toBe(4);
    expect(comparedOtherTile({ ...state, otherRun: cut[2] })).toBe(0);
  });

  test('of all assembled is the locked token’s', () => {
    const assembled = createState({ kept: cut, report: cut[1], otherRun: cut[0], tile: 'all' });
    expect(compareRequestOf(assembled)).toMatchObject({ tile: 0, otherTile: 0 });
    const locked = { kind: 'patch', tile: 5, index: 3 } as const;
    expect(compareRequestOf({ ...assembled, locked })).toMatchObject({ tile: 5, otherTile: 5, selection: locked });
  });
});

test('the stage is one that both runs have', () => {
  const own = createRun(3, { dropped: 8, shuffled: 32, tokens: 16 });
  const other = createRun(2, { dropped: 8, shuffled: 32 });
  expect(commonStages(own, other)).toEqual(['dropped', 'shuffled']);
  const state = createState({ kept: [other, own], report: own });
  expect(comparedStage(state)).toBe('shuffled');
  expect(comparedStage({ ...state, compareStage: 'dropped' })).toBe('dropped');
  expect(comparedStage({ ...state, compareStage: 'tokens' })).toBe('shuffled');
});

describe('what is asked for', () => {
  test('norms, unless the map is a channel that both have', () => {
    const base = { runId: 3, otherRunId: 2, tile: 0, otherTile: 0, stage: 'tokens' };
    expect(compareRequestOf(createState())).toEqual(base);
    const channel = (number: number, change: Partial<AppState> = {}) =>
      compareRequestOf(createState({ mapKind: 'channel', lens: { ...defaultLens, channel: number }, ...change }));
    expect(channel(255)).toEqual({ ...base, channel: 255 });
    expect(channel(256)).toEqual(base);
    const narrow = createRun(2, { tokens: 100 });
    expect(channel(99, { kept: [narrow, runs[2]] })).toEqual({ ...base, channel: 99 });
    expect(channel(100, { kept: [narrow, runs[2]] })).toEqual(base);
    expect(compareRequestOf(createState({ mapKind: 'pca' }))).toEqual(base);
  });

  test('a token of the compared tile that reaches the stage', () => {
    const patch = { kind: 'patch', tile: 0, index: 9 } as const;
    expect(compareRequestOf(createState({ hovered: patch }))).toMatchObject({ selection: patch });
    for (const hovered of [
      { ...patch, tile: 1 },
      { kind: 'class', tile: 0 },
    ] as const) {
      expect(compareRequestOf(createState({ hovered }))).not.toHaveProperty('selection');
    }
  });
});

test('requests are the same when all of them is; the tiles are, whatever is selected', () => {
  const request = { runId: 3, otherRunId: 2, tile: 0, otherTile: 0, stage: 'tokens' } as const;
  const selected = { ...request, selection: { kind: 'shuffled', tile: 0, index: 1 } } as const;
  expect(sameCompareRequest(request, { ...request })).toBe(true);
  expect(sameCompareRequest(request, selected)).toBe(false);
  expect(sameTiles(request, selected)).toBe(true);
  expect(sameTiles(request, { ...request, channel: 0 })).toBe(false);
  expect(sameTiles(request, { ...request, otherTile: 1 })).toBe(false);
  expect(sameTiles(request, null)).toBe(false);
  expect(sameTiles(null, null)).toBe(true);
});

test('the largest value is found, the first of several', () => {
  const map = { values: Float32Array.of(0.25, -1, 0.5, 0.5) };
  expect(mostAlike(map)).toEqual({ index: 2, value: 0.5 });
});
