import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { CheckpointRequest } from '#engine/protocol.ts';
import type { AppState, ModelRequest, ModelSlice } from './app-state.ts';
import { requireEngine } from './engine-slice.ts';
import type { Operations } from './operations.ts';
import { withRecent } from './recent-models.ts';

type Api = StoreApi<AppState>;

/** What is loaded, what could be, and what the browser keeps of it. */
export function createModelSlice(
  client: EngineClient,
  checkImage: string | null,
  { perform }: Operations,
  set: Api['setState'],
  get: Api['getState'],
): ModelSlice {
  /** `request` with the hub of this page where it names none. */
  function atHub<Request extends CheckpointRequest>(request: Request): Request {
    const { endpoint, token } = get().hub;
    return { ...(endpoint !== null && { hub: endpoint }), ...(token !== null && { token }), ...request };
  }

  async function reload(change: Pick<ModelRequest, 'encoder' | 'precision'>): Promise<void> {
    const { modelRequest, loadModel } = get();
    if (modelRequest) await loadModel({ ...modelRequest, ...change });
  }

  return {
    model: null,
    modelRequest: null,
    encoderChoice: 'auto',
    precisionChoice: 'float32',
    hub: { endpoint: null, token: null },
    inspection: null,
    stored: null,

    async inspectModel(request) {
      requireEngine(get());
      const asked = atHub(request);
      set({ inspection: { request: asked, result: null } });
      const isCurrent = () => get().inspection?.request === asked;
      try {
        const result = await perform(
          'inspect',
          () => get().inspectModel(request),
          () => client.inspect(asked),
        );
        if (isCurrent()) set({ inspection: { request: asked, result } });
        return result;
      } catch (error) {
        if (isCurrent()) set({ inspection: null });
        throw error;
      }
    },

    dismissInspection() {
      set({ inspection: null });
    },

    changeHub(change) {
      set(({ hub }) => ({ hub: { ...hub, ...change } }));
    },

    async loadModel(request) {
      requireEngine(get());
      const {
        modelRequest: previousRequest,
        encoderChoice: previousEncoder,
        precisionChoice: previousPrecision,
      } = get();
      const { encoder: encoderChoice = previousEncoder, ...rest } = request;
      const { precision: precisionChoice = previousPrecision } = request;
      set({ modelRequest: request, encoderChoice, precisionChoice });
      const retry = () => get().loadModel(request);
      try {
        const model = await perform('load', retry, async (onProgress) => {
          const loadRequest = {
            ...atHub(rest),
            precision: precisionChoice,
            ...(encoderChoice !== 'auto' && { encoder: encoderChoice }),
            ...(checkImage !== null && { checkImage }),
          };
          const loaded = await client.load(loadRequest, onProgress);
          set({ model: loaded, status: await client.status() });
          return loaded;
        });
        get().prefer({ recentModels: withRecent(get().recentModels, request) });
        const { source, runImage, stored, refreshStored } = get();
        // Its failure is recorded where it happens; the load itself has succeeded.
        if (source) runImage(source).catch(() => {});
        // What is stored is looked at again when it is on show; nobody waits for it here.
        if (stored) refreshStored().catch(() => {});
        return model;
      } catch (error) {
        // A restart repeats what stopped the engine; a refused checkpoint is not worth repeating. A newer request stays.
        if (get().phase === 'ready' && get().modelRequest === request) {
          set({ modelRequest: previousRequest, encoderChoice: previousEncoder, precisionChoice: previousPrecision });
        }
        throw error;
      }
    },

    cancelLoad() {
      // The load itself rejects with `load-cancelled`; there is nothing else to tell.
      void client.cancelLoad().catch(() => {});
    },

    async chooseEncoder(encoder) {
      if (get().modelRequest) await reload({ encoder });
      else set({ encoderChoice: encoder });
    },

    async choosePrecision(precision) {
      if (get().modelRequest) await reload({ precision });
      else set({ precisionChoice: precision });
    },

    async refreshStored() {
      const stored = await client.stored();
      set({ stored });
      return stored;
    },

    async deleteStored(key) {
      const stored = await client.deleteStored(key);
      set({ stored });
      return stored;
    },
  };
}
