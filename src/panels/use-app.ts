import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { AppState } from '#state/app-state.ts';
import type { AppStore } from '#state/store.ts';

const StoreContext = createContext<AppStore | null>(null);

/** Hands the store to every panel below. */
export const StoreProvider = StoreContext.Provider;

/** The store itself, for actions and for reading outside of a render. */
export function useAppStore(): AppStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error('A panel stands outside of the StoreProvider.');
  return store;
}

/** What `selector` picks from the state; it must return the same object while nothing has changed. */
export function useApp<Value>(selector: (state: AppState) => Value): Value {
  return useStore(useAppStore(), selector);
}
