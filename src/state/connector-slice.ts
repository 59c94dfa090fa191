import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { ConnectorMapsRequest } from '#engine/protocol.ts';
import type { AppState, ConnectorSlice } from './app-state.ts';
import { type ConnectorTokenRequest, neededConnectorMaps, neededConnectorToken } from './connector-requests.ts';
import { createLatestOnly } from './latest-only.ts';
import { sameSelection } from './lineage.ts';
import type { Operations } from './operations.ts';
import { liveRun } from './selectors.ts';

type Api = StoreApi<AppState>;

const isSame = (a: object | null, b: object | null) => JSON.stringify(a) === JSON.stringify(b);

/** What goes on within the connector. */
export function createConnectorSlice(
  client: EngineClient,
  { take }: Operations,
  set: Api['setState'],
  get: Api['getState'],
): ConnectorSlice {
  const askForMaps = createLatestOnly<ConnectorMapsRequest>((request) =>
    take(() => client.connectorMaps(request), {
      isWanted: () => isSame(neededConnectorMaps(get()), request),
      retry: () => get().requestConnectorMaps(),
      keep: (connectorMaps) => set({ connectorMaps }),
    }),
  );

  const askForToken = createLatestOnly<ConnectorTokenRequest>((request) =>
    take(() => client.connectorToken(request), {
      // The pointer may have left the token meanwhile: it stays on show until another is pointed at.
      isWanted: () => {
        const needed = neededConnectorToken(get());
        return needed === null ? liveRun(get())?.runId === request.runId : isSame(needed, request);
      },
      retry: () => get().requestConnectorToken(),
      keep: (connectorToken) => set({ connectorToken }),
    }),
  );

  return {
    connectorPick: { unit: null, channel: null },
    connectorMaps: null,
    connectorToken: null,

    pickInConnector(change) {
      set(({ connectorPick }) => ({ connectorPick: { ...connectorPick, ...change } }));
    },

    requestConnectorMaps() {
      const state = get();
      const needed = neededConnectorMaps(state);
      if (!needed || isSame(state.connectorMaps?.request ?? null, needed)) return;
      askForMaps(needed);
    },

    requestConnectorToken() {
      const state = get();
      const needed = neededConnectorToken(state);
      if (!needed) return;
      const { runId, selection } = state.connectorToken ?? {};
      if (runId === needed.runId && sameSelection(selection ?? null, needed.selection)) return;
      askForToken(needed);
    },
  };
}
