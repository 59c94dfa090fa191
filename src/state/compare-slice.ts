import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { CompareRequest } from '#engine/protocol.ts';
import type { AppState, CompareSlice } from './app-state.ts';
import { compareRequestOf, sameCompareRequest, sameTiles } from './comparison.ts';
import { createLatestOnly } from './latest-only.ts';
import type { Operations } from './operations.ts';

type Api = StoreApi<AppState>;

/** The run on show beside another one. */
export function createCompareSlice(
  client: EngineClient,
  { perform }: Operations,
  set: Api['setState'],
  get: Api['getState'],
): CompareSlice {
  const isWanted = (request: CompareRequest) => sameCompareRequest(compareRequestOf(get()), request);

  const ask = createLatestOnly<CompareRequest>(async (request) => {
    const answer = client.compare(request);
    try {
      const comparison = await answer;
      if (isWanted(request)) set({ comparison });
    } catch {
      // Of what nobody waits for any more nothing is said.
      const retry = async () => get().requestComparison();
      if (isWanted(request)) await perform('maps', retry, () => answer).catch(() => {});
    }
  });

  return {
    kept: [],
    otherRun: null,
    otherTile: null,
    compareStage: null,
    comparison: null,

    chooseOther(runId) {
      const otherRun = get().kept.find((report) => report.runId === runId);
      if (otherRun) set({ otherRun, otherTile: null });
    },

    chooseOtherTile(otherTile) {
      set({ otherTile });
    },

    chooseCompareStage(compareStage) {
      set({ compareStage });
    },

    requestComparison() {
      const needed = compareRequestOf(get());
      const { phase, comparison } = get();
      if (phase !== 'ready' || !needed) return;
      // Where nothing is selected, an answer about some token says all that is needed.
      const isSame = needed.selection ? sameCompareRequest : sameTiles;
      if (!isSame(comparison?.request ?? null, needed)) ask(needed);
    },
  };
}
