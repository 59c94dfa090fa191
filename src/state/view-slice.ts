import type { StoreApi } from 'zustand/vanilla';
import type { AppState, ViewSlice } from './app-state.ts';
import { sameSelection } from './lineage.ts';
import { moveSelection } from './movement.ts';
import type { Preferences } from './preferences.ts';
import { shownGrid } from './selectors.ts';

type Api = StoreApi<AppState>;

/** What is selected and how it is drawn. */
export function createViewSlice(preferences: Preferences, set: Api['setState'], get: Api['getState']): ViewSlice {
  return {
    ...preferences,
    hovered: null,
    locked: null,
    tile: 0,
    dialog: null,

    showDialog(dialog) {
      set({ dialog });
    },

    showTile(tile) {
      set({ tile });
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

    move(square, key) {
      const { locked, hovered, select, hover } = get();
      const next = moveSelection(locked ?? hovered, key, square, shownGrid(get()));
      if (locked) select(next);
      else hover(next);
    },

    free() {
      set(({ maps }) => ({ locked: null, hovered: null, maps: { ...maps, cosine: null } }));
    },

    prefer(change) {
      const isNewKind = change.mapKind !== undefined && change.mapKind !== get().mapKind;
      set(({ maps }) => (isNewKind ? { ...change, maps: { ...maps, cosine: null } } : change));
      get().requestMaps();
    },
  };
}
