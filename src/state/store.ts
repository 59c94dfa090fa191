import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { AppState } from './app-state.ts';
import { createCompareSlice } from './compare-slice.ts';
import { createConnectorSlice } from './connector-slice.ts';
import { createEngineSlice } from './engine-slice.ts';
import { createModelSlice } from './model-slice.ts';
import { createOperations } from './operations.ts';
import {
  type PreferenceStorage,
  type Preferences,
  pickPreferences,
  readPreferences,
  writePreferences,
} from './preferences.ts';
import { createReductionSlice } from './reduction-slice.ts';
import { createRunSlice } from './run-slice.ts';
import { createSourceSlice } from './source-slice.ts';
import { createViewSlice } from './view-slice.ts';

export type AppStore = StoreApi<AppState>;

export interface AppStoreOptions {
  /** Where preferences are remembered; null forgets them. */
  readonly storage?: PreferenceStorage | null;
  /** Address of the image that another precision than f32 is checked with. */
  readonly checkImage?: string;
  /** Bytes of layers that a run may keep; default by the machine's memory. */
  readonly mostLayersByteLength?: number | null;
  /** Asks the browser to delete nothing by itself; only the page may, no worker. */
  readonly keepStorage?: () => Promise<boolean>;
  /** What this visit asks for, whatever is remembered. */
  readonly preferences?: Partial<Preferences>;
}

/** The one store of the page, around an engine that it does not start by itself. */
export function createAppStore(client: EngineClient, options: AppStoreOptions = {}): AppStore {
  const { storage = null } = options;
  const preferences = { ...readPreferences(storage), ...options.preferences };
  const store = createStore<AppState>()((set, get) => {
    const operations = createOperations(set, get);
    return {
      ...createEngineSlice(client, options, operations, set, get),
      ...createModelSlice(client, options, operations, set, get),
      ...createSourceSlice(set, get),
      ...createRunSlice(client, operations, set, get),
      ...createReductionSlice(client, operations, set, get),
      ...createViewSlice(client, operations, preferences, set, get),
      ...createConnectorSlice(client, operations, set, get),
      ...createCompareSlice(client, operations, set, get),
    };
  });
  store.subscribe((state, previous) => {
    const now = pickPreferences(state);
    const before = pickPreferences(previous);
    const hasChanged = Object.keys(now).some(
      (key) => now[key as keyof Preferences] !== before[key as keyof Preferences],
    );
    if (hasChanged) writePreferences(storage, now);
  });
  return store;
}
