import { useStore } from 'zustand';
import { StoreProvider } from '#panels/use-app.ts';
import type { AppStore } from '#state/store.ts';
import { Gate } from './Gate.tsx';
import { Shell } from './Shell.tsx';

/** The whole page around one store. */
export function App({ store }: { readonly store: AppStore }) {
  const isUnavailable = useStore(store, (state) => state.phase === 'unavailable');
  return <StoreProvider value={store}>{isUnavailable ? <Gate /> : <Shell />}</StoreProvider>;
}
