import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { FeatureScaleEffect, ReductionFigures, TileRequest } from '#engine/protocol.ts';
import type { AppState, ReductionSlice } from './app-state.ts';
import { requireEngine, requireRunId } from './engine-slice.ts';
import type { Operations } from './operations.ts';
import { liveRun, panelTile } from './selectors.ts';

type Api = StoreApi<AppState>;

/** Of the run and the tile on show, or null while they are not known. */
export function currentReductionFigures(state: AppState): ReductionFigures | null {
  return isWanted(state.reductionFigures, state) ? state.reductionFigures : null;
}

/** Of the run and the tile on show, or null while it is not known. */
export function currentFeatureScaleEffect(state: AppState): FeatureScaleEffect | null {
  return isWanted(state.featureScaleEffect, state) ? state.featureScaleEffect : null;
}

function isWanted(of: TileRequest | null, state: AppState): boolean {
  return of !== null && of.runId === state.report?.runId && of.tile === panelTile(state);
}

/** What the reduction keeps, asked for by the panel that shows it. */
export function createReductionSlice(
  client: EngineClient,
  { perform }: Operations,
  set: Api['setState'],
  get: Api['getState'],
): ReductionSlice {
  /** Asks for the tile on show, once, and keeps the answer while its run is on show. */
  function createRequest<Answer extends TileRequest>(
    known: () => Answer | null,
    ask: (request: TileRequest) => Promise<Answer>,
    keep: (answer: Answer) => void,
  ): () => Promise<void> {
    let asked: TileRequest | null = null;
    return async function request() {
      const report = liveRun(get());
      if (!report || isWanted(known(), get()) || isWanted(asked, get())) return;
      const wanted = { runId: report.runId, tile: panelTile(get()) };
      asked = wanted;
      const answer = await perform('maps', request, () => ask(wanted)).catch(() => null);
      if (asked === wanted) asked = null;
      if (answer && get().report?.runId === answer.runId) keep(answer);
    };
  }

  const requestOf = (tile: number): TileRequest => {
    requireEngine(get());
    return { runId: requireRunId(get()), tile };
  };

  return {
    reductionStep: 0,
    showReductionStep(reductionStep) {
      set({ reductionStep });
    },

    reductionFigures: null,
    featureScaleEffect: null,
    requestReductionFigures: createRequest(
      () => get().reductionFigures,
      (request) => client.reductionFigures(request),
      (reductionFigures) => set({ reductionFigures }),
    ),
    requestFeatureScaleEffect: createRequest(
      () => get().featureScaleEffect,
      (request) => client.featureScaleEffect(request),
      (featureScaleEffect) => set({ featureScaleEffect }),
    ),
    async readReductionFigures(tile) {
      return client.reductionFigures(requestOf(tile));
    },
    async readFeatureScaleEffect(tile) {
      return client.featureScaleEffect(requestOf(tile));
    },
  };
}
