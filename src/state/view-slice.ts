import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { AppState, ViewSlice } from './app-state.ts';
import { requireEngine, requireRunId } from './engine-slice.ts';
import { defaultLens } from './lens.ts';
import { sameSelection } from './lineage.ts';
import { moveSelection } from './movement.ts';
import type { Operations } from './operations.ts';
import type { Preferences } from './preferences.ts';
import { currentLayerChanges, liveRun, shownGrid } from './selectors.ts';

type Api = StoreApi<AppState>;

/** Maps that are of a token which is no longer selected. */
const noSelectionMaps = { cosine: null, attention: null, rollout: null } as const;

/** What is selected and how it is drawn. */
export function createViewSlice(
  client: EngineClient,
  { perform }: Operations,
  preferences: Preferences,
  set: Api['setState'],
  get: Api['getState'],
): ViewSlice {
  return {
    ...preferences,
    hovered: null,
    locked: null,
    tile: 0,
    lens: defaultLens,
    layerChanges: null,
    keptAxes: null,
    dialog: null,

    showDialog(dialog) {
      set({ dialog });
    },

    togglePanel(panel) {
      set(({ openPanels }) => ({
        openPanels: openPanels.includes(panel) ? openPanels.filter((name) => name !== panel) : [...openPanels, panel],
      }));
    },

    showTile(tile) {
      set({ tile });
      get().requestMaps();
    },

    changeLens(change) {
      set(({ lens }) => ({ lens: { ...lens, ...change } }));
      get().requestMaps();
    },

    async requestLayerChanges({ onlyIfKept = false } = {}) {
      const report = liveRun(get());
      if (!report || report.model.layers === null) return;
      const known = currentLayerChanges(get());
      if (known && (onlyIfKept || known.changes.length > 0)) return;
      const { runId } = report;
      const ask = () => client.layerChanges({ runId, tile: shownGrid(get()).first, onlyIfKept });
      const retry = () => get().requestLayerChanges();
      const changes = await (onlyIfKept ? ask() : perform('maps', retry, ask)).catch(() => null);
      if (changes && get().report?.runId === runId) set({ layerChanges: changes });
    },

    async keepAxes(request) {
      requireEngine(get());
      const runId = requireRunId(get());
      const keptAxes = await perform(
        'maps',
        () => get().keepAxes(request),
        () => client.keepAxes({ ...request, runId, kind: 'pca' }),
      );
      set({ keptAxes });
      get().changeLens({ basis: 'kept' });
      return keptAxes;
    },

    hover(hovered) {
      if (sameSelection(hovered, get().hovered)) return;
      set({ hovered });
      get().requestMaps();
    },

    lock(selection) {
      const { locked, select } = get();
      if (sameSelection(selection, locked)) set({ locked: null });
      else select(selection);
    },

    select(locked) {
      // The first locked token opens the inspector; after that it stays as the user leaves it.
      set(({ isInspectorOpen }) => ({ locked, isInspectorOpen: isInspectorOpen ?? true }));
      get().requestMaps();
    },

    move(square, key, grid) {
      const { locked, hovered, select, hover } = get();
      const next = moveSelection(locked ?? hovered, key, square, grid);
      if (locked) select(next);
      else hover(next);
    },

    free() {
      set(({ maps }) => ({
        locked: null,
        hovered: null,
        maps: { ...maps, ...noSelectionMaps },
        connectorToken: null,
      }));
    },

    prefer(change) {
      const isNewKind = change.mapKind !== undefined && change.mapKind !== get().mapKind;
      set(({ maps }) => (isNewKind ? { ...change, maps: { ...maps, ...noSelectionMaps } } : change));
      get().requestMaps();
    },
  };
}
