import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { MapKind, MapRequest, MapSet } from '#engine/protocol.ts';
import type { AppState, RunSlice } from './app-state.ts';
import { requireEngine } from './engine-slice.ts';
import { createLatestOnly } from './latest-only.ts';
import { sameSelection } from './lineage.ts';
import type { Operations } from './operations.ts';

type Api = StoreApi<AppState>;

const noMaps: Readonly<Record<MapKind, MapSet | null>> = { norm: null, cosine: null, pca: null };

/** The maps that the view needs of run `runId`; null while cosine has nothing to compare with. */
function neededMaps({ mapKind, locked, hovered }: AppState, runId: number): MapRequest | null {
  if (mapKind !== 'cosine') return { runId, kind: mapKind };
  const selection = locked ?? hovered;
  return selection && { runId, kind: mapKind, selection };
}

function isAnswered(request: MapRequest, maps: AppState['maps']): boolean {
  const answered = maps[request.kind];
  if (answered?.runId !== request.runId) return false;
  return request.kind !== 'cosine' || sameSelection(answered.selection, request.selection ?? null);
}

/** The last run and its maps. */
export function createRunSlice(
  client: EngineClient,
  { perform }: Operations,
  set: Api['setState'],
  get: Api['getState'],
): RunSlice {
  let newestTurn = 0;

  /** Whether the view still needs what `request` asks for. */
  function isWanted(request: MapRequest): boolean {
    const state = get();
    const needed = state.report && neededMaps(state, state.report.runId);
    return (
      needed?.runId === request.runId &&
      needed.kind === request.kind &&
      sameSelection(needed.selection ?? null, request.selection ?? null)
    );
  }

  const askForMaps = createLatestOnly<MapRequest>(async (request) => {
    const retry = async () => get().requestMaps();
    const answer = client.maps(request);
    try {
      const answered = await answer;
      if (isWanted(request)) set(({ maps }) => ({ maps: { ...maps, [answered.kind]: answered } }));
    } catch {
      // Maps that nobody waits for any more may fail unseen: a newer run has replaced theirs.
      if (isWanted(request)) await perform('maps', retry, () => answer).catch(() => {});
    }
  });

  return {
    report: null,
    maps: noMaps,

    async runImage(source) {
      requireEngine(get());
      const turn = ++newestTurn;
      const isNewest = () => turn === newestTurn;
      const { source: previousSource } = get();
      set({ source, filesDropped: 0 });
      const retry = () => get().runImage(source);
      const report = await perform('run', retry, (onProgress) => client.run(source, onProgress)).catch((error) => {
        // A restart repeats what stopped the engine; an image that was refused is not what the next model runs.
        if (isNewest() && get().phase === 'ready') set({ source: previousSource });
        throw error;
      });
      if (!isNewest()) return report;

      const needed = neededMaps(get(), report.runId);
      const answered = needed && (await perform('maps', retry, () => client.maps(needed)).catch(() => null));
      if (!isNewest()) return report;

      const previous = get().report;
      const maps = answered ? { ...noMaps, [answered.kind]: answered } : noMaps;
      set({ report, model: report.model, maps });
      previous?.resized.close();
      get().requestMaps();
      await get().refreshStatus();
      return report;
    },

    requestMaps() {
      const state = get();
      const needed = state.report && neededMaps(state, state.report.runId);
      if (state.phase !== 'ready' || !needed || isAnswered(needed, state.maps)) return;
      askForMaps(needed);
    },
  };
}
