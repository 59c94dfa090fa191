import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { MapKind, MapRequest, MapSet, RunReport, RunRequest } from '#engine/protocol.ts';
import type { AppState, RunSlice } from './app-state.ts';
import { withRun } from './comparison.ts';
import { requireEngine } from './engine-slice.ts';
import { createLatestOnly } from './latest-only.ts';
import { createLayersAhead, layersBeside } from './layers-ahead.ts';
import { mapRequestOf, sameMapRequest } from './lens.ts';
import type { Operations } from './operations.ts';
import { liveRun } from './selectors.ts';
import { withResult } from './source-slice.ts';

type Api = StoreApi<AppState>;

const noMaps: Readonly<Record<MapKind, MapSet | null>> = {
  norm: null,
  channel: null,
  cosine: null,
  class: null,
  pca: null,
  attention: null,
  rollout: null,
  added: null,
};

/**
 * The maps that the view needs of a run; null while there is nothing to compare with. Maps of a token that the pointer has
 * left stay on show, and follow what else is chosen of them.
 */
function neededMaps({ mapKind, lens, locked, hovered, tile, maps }: AppState, report: RunReport): MapRequest | null {
  const shown = maps[mapKind];
  const left = shown?.runId === report.runId ? shown.selection : null;
  return mapRequestOf({ mapKind, lens, tile, selection: locked ?? hovered ?? left }, report);
}

function isAnswered(request: MapRequest, maps: AppState['maps']): boolean {
  return sameMapRequest(maps[request.kind]?.request ?? null, request);
}

/** The tile to show of a new run: the one on show if it has it, all of a grid, else the first. */
function tileToShow({ columns, rows, count }: RunReport['tiles'], { report, tile }: AppState): number | 'all' {
  const isSameGrid = report?.tiles.columns === columns && report.tiles.rows === rows && report.tiles.count === count;
  if (isSameGrid) return tile;
  return columns * rows > 1 ? 'all' : 0;
}

/** What is locked and pointed at, while the new run is cut into the same tokens: of another grid it would be another place. */
function keptSelection({ locked, hovered, ...state }: AppState, report: RunReport) {
  const { grid } = report.model;
  const shown = state.report?.model.grid ?? grid;
  const isSameGrid = shown.patchGridSize === grid.patchGridSize && shown.shuffleFactor === grid.shuffleFactor;
  return isSameGrid ? { locked, hovered } : { locked: null, hovered: null };
}

/** The run on show and its maps. */
export function createRunSlice(
  client: EngineClient,
  { perform, take }: Operations,
  set: Api['setState'],
  get: Api['getState'],
): RunSlice {
  let newestTurn = 0;
  /** Runs asked for and not answered yet. */
  let unanswered = 0;

  /** Whether the view still needs what `request` asks for. */
  function isWanted(request: MapRequest): boolean {
    const report = liveRun(get());
    return sameMapRequest(report && neededMaps(get(), report), request);
  }

  const ahead = createLayersAhead((request) => client.maps(request));

  const askForMaps = createLatestOnly<MapRequest>(async (request) => {
    if (!isAnswered(request, get().maps)) {
      await take(() => client.maps(request), {
        isWanted: () => isWanted(request),
        retry: () => get().requestMaps(),
        keep: (answered) => set(({ maps }) => ({ maps: { ...maps, [answered.kind]: answered } })),
      });
    }
    if (isAnswered(request, get().maps)) await fetchAhead(request);
  });

  /** Fetches the layers beside the one that answers `request`, where a layer was chosen. */
  async function fetchAhead(request: MapRequest): Promise<void> {
    const state = get();
    const { report, lens, maps } = state;
    const shown = maps[request.kind];
    if (!report || !shown) return;
    const beside = layersBeside(lens.layer, report.model.lastHiddenState, shown).flatMap((layer) => {
      const needed = neededMaps({ ...state, lens: { ...lens, layer } }, report);
      return needed ? [needed] : [];
    });
    ahead.keep(report, shown);
    await ahead.fetch(report, [request, ...beside], () => isWanted(request));
  }

  /** Puts a run on show, with the maps that were already drawn of it. */
  function show(report: RunReport, source: RunRequest, answered: MapSet | null): void {
    set((state) => ({
      report,
      source,
      ...keptSelection(state, report),
      maps: answered ? { ...noMaps, [answered.kind]: answered } : noMaps,
      tile: tileToShow(report.tiles, state),
      currentEntry: state.set.find((entry) => entry.report === report)?.id ?? null,
    }));
    get().requestMaps();
  }

  return {
    report: null,
    maps: noMaps,

    async runImage(source) {
      requireEngine(get());
      const turn = ++newestTurn;
      const isNewest = () => turn === newestTurn;
      const { source: previousSource } = get();
      set({ source });
      const retry = () => get().runImage(source);
      const request = { ...source, preprocessing: { ...get().preprocessing, ...source.preprocessing } };
      unanswered += 1;
      const report = await perform('run', retry, (onProgress) => client.run(request, onProgress))
        .catch((error) => {
          // A restart repeats what stopped the engine; an image that was refused is not what the next model runs.
          if (isNewest() && get().phase === 'ready') set({ source: previousSource });
          throw error;
        })
        .finally(() => {
          unanswered -= 1;
        });
      set((state) => ({ set: withResult(state.set, source, report), kept: withRun(state.kept, report) }));
      if (!isNewest()) return report;

      const needed = neededMaps(get(), report);
      const answered = needed && (await perform('maps', retry, () => client.maps(needed)).catch(() => null));
      if (!isNewest()) return report;

      set({ model: report.model });
      show(report, source, answered);
      await get().refreshStatus();
      return report;
    },

    showReport(report, source) {
      newestTurn += 1;
      show(report, source, null);
    },

    cancelRun() {
      if (unanswered === 0) return;
      // The run itself rejects with `run-cancelled`; there is nothing else to tell.
      void client.cancelRuns().catch(() => {});
    },

    requestMaps() {
      const state = get();
      const report = liveRun(state);
      const needed = report && neededMaps(state, report);
      if (!report || !needed || isAnswered(needed, state.maps)) return;
      const known = ahead.find(report, needed);
      if (known) set(({ maps }) => ({ maps: { ...maps, [known.kind]: known } }));
      askForMaps(needed);
    },
  };
}
