import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { CompareRequest, Comparison, TokenMap } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { createRunReport } from '#testing/reports.ts';
import type { AppState } from './app-state.ts';
import { createCompareSlice } from './compare-slice.ts';
import { currentComparison, endedRun } from './comparison.ts';
import { defaultLens } from './lens.ts';
import { createOperations } from './operations.ts';

const settle = () => new Promise((resolve) => setTimeout(resolve));
const token = (index: number) => ({ kind: 'shuffled', tile: 0, index }) as const;

const stages = [
  { stage: 'tokens', shape: [256, 8], dtype: 'float32', timing: { elapsedMs: 1, clock: 'wall' } },
] as const;
const runs = [1, 2, 3].map((runId) => createRunReport(runId, { stages, keptRuns: [1, 2, 3] }));

function answerTo(request: CompareRequest): Comparison {
  const map = { values: new Float32Array(256) } as TokenMap;
  return {
    request,
    maps: [map, map],
    shapes: [
      [256, 8],
      [256, 8],
    ],
    difference: null,
    similarity: null,
    elapsedMs: 1,
  };
}

/** A page that shows run 3 of three, and writes down what the engine is asked. */
function createPage(compare: EngineClient['compare'] = async (request) => answerTo(request)) {
  const asked: CompareRequest[] = [];
  const client = {
    compare: (request: CompareRequest) => {
      asked.push(request);
      return compare(request);
    },
  } as unknown as EngineClient;
  const rest = { phase: 'ready', report: runs[2], tile: 0, mapKind: 'norm', lens: defaultLens, maps: {} };
  const selected = { locked: null, hovered: null, failure: null };
  const store = createStore<AppState>()(
    (set, get) =>
      ({
        ...createCompareSlice(client, createOperations(set, get), set, get),
        ...rest,
        ...selected,
        kept: runs,
      }) as unknown as AppState,
  );
  return { store, asked };
}

test('what is looked at is asked for once, and a newer token in place of those that waited', async () => {
  const { store, asked } = createPage();
  store.getState().requestComparison();
  await settle();
  expect(asked).toEqual([{ runId: 3, otherRunId: 2, tile: 0, otherTile: 0, stage: 'tokens' }]);
  store.getState().requestComparison();
  expect(asked).toHaveLength(1);

  for (const index of [1, 2, 3]) {
    store.setState({ hovered: token(index) });
    store.getState().requestComparison();
  }
  await settle();
  expect(asked.slice(1).map(({ selection }) => selection)).toEqual([token(1), token(3)]);
  expect(currentComparison(store.getState())?.request.selection).toEqual(token(3));

  // The pointer leaves: the answer at hand says all that is needed.
  store.setState({ hovered: null });
  store.getState().requestComparison();
  expect(asked).toHaveLength(3);
  expect(currentComparison(store.getState())).not.toBe(null);
});

test('an answer about a run that is no longer looked at is dropped', async () => {
  const answers: (() => void)[] = [];
  const { store, asked } = createPage(
    (request) => new Promise((resolve) => answers.push(() => resolve(answerTo(request)))),
  );
  store.getState().requestComparison();
  store.getState().chooseOther(1);
  answers[0]?.();
  await settle();
  expect(store.getState().comparison).toBe(null);
  store.getState().requestComparison();
  answers[1]?.();
  await settle();
  expect(asked.map(({ otherRunId }) => otherRunId)).toEqual([2, 1]);
  expect(currentComparison(store.getState())?.request.otherRunId).toBe(1);

  store.setState({ report: runs[0] ?? null });
  expect(currentComparison(store.getState())).toBe(null);
});

test('choosing a run takes the tile back, and one that ends is known by name', () => {
  const { store } = createPage();
  store.getState().chooseOtherTile(4);
  store.getState().chooseOther(1);
  expect(store.getState()).toMatchObject({ otherTile: null, otherRun: { runId: 1 } });
  store.getState().chooseOther(9);
  expect(store.getState().otherRun?.runId).toBe(1);
  expect(endedRun(store.getState())).toBe(null);
  store.setState({ kept: runs.slice(1) });
  expect(endedRun(store.getState())?.image.name).toBe('a.png');
});

test('a failure is shown while its answer is wanted, and asked again', async () => {
  let isBroken = true;
  const { store, asked } = createPage(async (request) => {
    if (isBroken) throw new TokenLensError('invalid-argument', 'engine', { name: 'runId', actual: 2, expected: '3' });
    return answerTo(request);
  });
  store.getState().requestComparison();
  await settle();
  expect(store.getState().failure).toMatchObject({ operation: 'maps', error: { code: 'invalid-argument' } });
  isBroken = false;
  await store.getState().failure?.retry();
  await settle();
  expect(asked).toHaveLength(2);
  expect(currentComparison(store.getState())).not.toBe(null);
});

test('nothing is asked of an engine that is not ready, nor with no other run', async () => {
  const { store, asked } = createPage();
  store.setState({ phase: 'stopped' });
  store.getState().requestComparison();
  store.setState({ phase: 'ready', kept: runs.slice(2) });
  store.getState().requestComparison();
  expect(asked).toEqual([]);
  store.setState({ kept: runs });
  store.getState().requestComparison();
  expect(asked).toHaveLength(1);
});
