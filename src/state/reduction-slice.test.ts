import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { FeatureScaleEffect, ReductionFigures, TileRequest } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { createRunReport } from '#testing/reports.ts';
import type { AppState } from './app-state.ts';
import { createOperations } from './operations.ts';
import { createReductionSlice, currentFeatureScaleEffect, currentReductionFigures } from './reduction-slice.ts';

const nothing = new Float32Array();
const figuresOf = (request: TileRequest): ReductionFigures => {
  const loss = { relativeErrors: nothing, relativeError: 0 };
  const excerpt = { count: 1, dropped: nothing, shuffled: nothing };
  return { ...request, channels: 1, shuffle: loss, square: loss, strip: loss, norms: nothing, classNorm: 0, excerpt };
};
const effectOf = (request: TileRequest): FeatureScaleEffect => ({
  ...request,
  scale: 0.5,
  otherScale: 1,
  layerNormEps: null,
  relativeDifferences: nothing,
  relativeDifference: 0,
});

/** A store of the slice alone, with a run of six tiles on show, and what its engine was asked for. */
function createSliceStore(replaced: Partial<EngineClient> = {}) {
  const asked: TileRequest[] = [];
  const client = {
    reductionFigures: async (request: TileRequest) => {
      asked.push(request);
      return figuresOf(request);
    },
    featureScaleEffect: async (request: TileRequest) => {
      asked.push(request);
      return effectOf(request);
    },
    ...replaced,
  } as EngineClient;
  const tiles = { ...createRunReport(1).tiles, columns: 3, rows: 2, count: 6 };
  const store = createStore<AppState>()((set, get) => {
    const slice = createReductionSlice(client, createOperations(set, get), set, get);
    const report = createRunReport(1, { tiles });
    const view = { phase: 'ready', report, kept: [report], tile: 'all', locked: null, failure: null };
    return { ...view, ...slice } as unknown as AppState;
  });
  return { store, asked };
}

describe('what the reduction keeps', () => {
  test('is asked for once of the tile on show, and again of another', async () => {
    const { store, asked } = createSliceStore();
    const { requestReductionFigures } = store.getState();
    await Promise.all([requestReductionFigures(), requestReductionFigures()]);
    await requestReductionFigures();
    expect(asked).toEqual([{ runId: 1, tile: 0 }]);
    expect(currentReductionFigures(store.getState())).toMatchObject({ runId: 1, tile: 0 });

    store.setState({ tile: 2 });
    expect(currentReductionFigures(store.getState())).toBeNull();
    await requestReductionFigures();
    expect(asked).toEqual([
      { runId: 1, tile: 0 },
      { runId: 1, tile: 2 },
    ]);
    expect(currentReductionFigures(store.getState())).toMatchObject({ tile: 2 });
  });

  test('is dropped when its run is no longer on show', async () => {
    const { store } = createSliceStore();
    const pending = store.getState().requestReductionFigures();
    const next = createRunReport(2);
    store.setState({ report: next, kept: [next] });
    await pending;
    expect(store.getState().reductionFigures).toBeNull();
    await store.getState().requestReductionFigures();
    expect(currentReductionFigures(store.getState())).toMatchObject({ runId: 2 });
    store.setState({ report: createRunReport(3) });
    expect(currentReductionFigures(store.getState())).toBeNull();
  });

  test('another feature scale is kept beside it', async () => {
    const { store, asked } = createSliceStore();
    await store.getState().requestFeatureScaleEffect();
    await store.getState().requestFeatureScaleEffect();
    expect(asked).toHaveLength(1);
    expect(currentFeatureScaleEffect(store.getState())).toMatchObject({ otherScale: 1 });
    expect(currentReductionFigures(store.getState())).toBeNull();
  });

  test('a failure is shown and can be tried again; a program is told', async () => {
    let isBroken = true;
    const refusal = new TokenLensError('tensor-unavailable', 'connector', { tensor: 'tokens', reason: 'gone' });
    const { store } = createSliceStore({
      featureScaleEffect: async (request) => {
        if (isBroken) throw refusal;
        return effectOf(request);
      },
    });
    await store.getState().requestFeatureScaleEffect();
    expect(store.getState().failure?.error.code).toBe('tensor-unavailable');
    await expect(store.getState().readFeatureScaleEffect(0)).rejects.toBe(refusal);

    isBroken = false;
    await store.getState().failure?.retry();
    expect(currentFeatureScaleEffect(store.getState())).toMatchObject({ runId: 1 });
  });
});
