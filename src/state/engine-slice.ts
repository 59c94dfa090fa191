import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import { TokenLensError } from '#errors.ts';
import type { AppState, EngineSlice } from './app-state.ts';
import type { Operations } from './operations.ts';
import { withoutResults } from './source-slice.ts';

type Api = StoreApi<AppState>;

/** The engine's life: started, asked, restarted. */
export function createEngineSlice(
  client: EngineClient,
  { mostLayersByteLength = null }: { readonly mostLayersByteLength?: number | null },
  { perform, abandon }: Operations,
  set: Api['setState'],
  get: Api['getState'],
): EngineSlice {
  return {
    phase: 'starting',
    status: null,
    progress: null,
    loadProgress: null,
    failure: null,

    async start(prepare = () => {}) {
      // An engine that starts keeps no run.
      set(({ set: entries }) => ({
        phase: 'starting',
        status: null,
        kept: [],
        keptAxes: null,
        set: withoutResults(entries),
      }));
      const retry = () => get().restart();
      const status = await perform('start', retry, async (onProgress) => {
        prepare();
        const { encoderChoice } = get();
        const options = {
          ...(encoderChoice !== 'auto' && { encoder: encoderChoice }),
          ...(mostLayersByteLength !== null && { mostLayersByteLength }),
        };
        return client.start(options, onProgress);
      });
      set({ phase: 'ready', status });
      return status;
    },

    async restart() {
      const { modelRequest, start, loadModel } = get();
      abandon();
      client.stop();
      await start();
      if (modelRequest) await loadModel(modelRequest);
    },

    async refreshStatus() {
      requireEngine(get());
      const status = await client.status();
      set({ status });
      return status;
    },

    async readTensor(name, request) {
      requireEngine(get());
      const runId = get().report?.runId;
      return client.tensor(name, { ...(runId !== undefined && { runId }), ...request });
    },

    async readMaps(request) {
      requireEngine(get());
      return client.maps({ ...request, runId: requireRunId(get()) });
    },

    async readLayerChanges(tile) {
      requireEngine(get());
      return client.layerChanges({ runId: requireRunId(get()), tile });
    },

    async readConnectorMaps(request) {
      requireEngine(get());
      return client.connectorMaps({ ...request, runId: requireRunId(get()) });
    },

    async readConnectorToken(selection) {
      requireEngine(get());
      return client.connectorToken({ runId: requireRunId(get()), selection });
    },

    async readComparison(request) {
      requireEngine(get());
      return client.compare({ ...request, runId: requireRunId(get()) });
    },

    dismissError() {
      set({ failure: null });
    },
  };
}

/**
 * Refuses work that no engine is there to do: after `unavailable` and `stopped` a call would start an empty worker.
 *
 * @throws TokenLensError the one that ended the engine, or `engine-stopped` once that was dismissed.
 */
export function requireEngine({ phase, failure }: AppState): void {
  if (phase !== 'unavailable' && phase !== 'stopped') return;
  if (failure) throw TokenLensError.fromReport(failure.error);
  throw new TokenLensError('engine-stopped', 'engine', { operation: 'start' });
}

/** @throws TokenLensError `no-run`. */
export function requireRunId({ report }: AppState): number {
  if (report) return report.runId;
  throw new TokenLensError('no-run', 'engine');
}
