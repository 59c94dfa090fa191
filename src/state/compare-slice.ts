import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { CompareRequest } from '#engine/protocol.ts';
import type { AppState, CompareSlice } from './app-state.ts';
import { compareRequestOf, sameCompareRequest, sameTiles } from './comparison.ts';
import { createLatestOnly } from './latest-only.ts';
import type { Operations } from './operations.ts';
import { liveRun } from './selectors.ts';

type Api = StoreApi<AppState>;

/** The run on show beside another one. */
export function createCompareSlice(
  client: EngineClient,
  { take }: Operations,
  set: Api['setState'],
  get: Api['getState'],
): CompareSlice {
  /** What can be asked for now. */
  const needed = () => (liveRun(get()) ? compareRequestOf(get()) : null);
  const isWanted = (request: CompareRequest) => sameCompareRequest(needed(), request);

  const ask = createLatestOnly<CompareRequest>((request) =>
    take(() => client.compare(request), {
      isWanted: () => isWanted(request),
      retry: () => get().requestComparison(),
      keep: (comparison) => set({ comparison }),
    }),
  );

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
      const request = needed();
      if (!request) return;
      // Where nothing is selected, an answer about some token says all that is needed.
      const isSame = request.selection ? sameCompareRequest : sameTiles;
      if (!isSame(get().comparison?.request ?? null, request)) ask(request);
    },
  };
}
