import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { CheckpointRequest } from '#engine/protocol.ts';
import { asTokenLensError } from '#errors.ts';
import type { AppState, ModelRequest, ModelSlice } from './app-state.ts';
import { requireEngine } from './engine-slice.ts';
import type { Operations } from './operations.ts';
import { withRecent } from './recent-models.ts';
import { isSameCheckpoint } from './selectors.ts';
import { withoutResults } from './source-slice.ts';

type Api = StoreApi<AppState>;

/** What the page does for this slice. */
export interface ModelSlicePorts {
  /** Address of the image that another precision than f32 is checked with. */
  readonly checkImage?: string;
  /** Asks the browser to delete nothing by itself. */
  readonly keepStorage?: () => Promise<boolean>;
}

/** What is loaded, what could be, and what the browser keeps of it. */
export function createModelSlice(
  client: EngineClient,
  { checkImage, keepStorage = async () => false }: ModelSlicePorts,
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

  /** Whether `request` is what was asked about. */
  function isInspected(request: CheckpointRequest): boolean {
    const { inspection } = get();
    return inspection !== null && isSameCheckpoint(inspection.request, request);
  }

  /** What stands again when a load is refused; of loads that end one another, what stood before the first. */
  let before: Pick<AppState, 'modelRequest' | 'encoderChoice' | 'precisionChoice'> | null = null;

  return {
    model: null,
    modelRequest: null,
    encoderChoice: 'auto',
    precisionChoice: 'float32',
    hub: { endpoint: null, token: null },
    inspection: null,
    asked: null,
    loading: null,
    stored: null,

    async inspectModel(request) {
      requireEngine(get());
      const question = { request: atHub(request), result: null };
      set({ inspection: question, asked: request, failure: null });
      const isCurrent = () => get().inspection === question;
      const answer = client.inspect(question.request);
      try {
        const result = await answer;
        if (isCurrent()) set({ inspection: { ...question, result } });
        return result;
      } catch (thrown) {
        if (!isCurrent()) throw asTokenLensError(thrown, 'engine');
        set({ inspection: null });
        return perform(
          'inspect',
          () => get().inspectModel(request),
          () => answer,
        );
      }
    },

    dismissInspection() {
      set({ inspection: null });
    },

    changeHub(change) {
      set(({ hub }) => {
        const isElsewhere = change.endpoint !== undefined && change.endpoint !== hub.endpoint;
        return { hub: { ...hub, ...(isElsewhere && { token: null }), ...change } };
      });
    },

    async loadModel(request) {
      requireEngine(get());
      const { modelRequest, encoderChoice: previousEncoder, precisionChoice: previousPrecision } = get();
      if (get().loading === null) {
        before = { modelRequest, encoderChoice: previousEncoder, precisionChoice: previousPrecision };
      }
      const { encoder: encoderChoice = previousEncoder, precision: precisionChoice = previousPrecision } = request;
      const { encoder: _, ...rest } = request;
      set({ modelRequest: request, encoderChoice, precisionChoice, asked: request, loading: request });
      const retry = () => get().loadModel(request);
      try {
        const model = await perform('load', retry, async (onProgress) => {
          const loadRequest = {
            ...atHub(rest),
            precision: precisionChoice,
            ...(encoderChoice !== 'auto' && { encoder: encoderChoice }),
            ...(checkImage !== undefined && { checkImage }),
          };
          const loaded = await client.load(loadRequest, onProgress);
          // Runs of the model before are kept to compare with; an image of the set is shown through the one in use.
          set((state) => ({ model: loaded, set: withoutResults(state.set) }));
          set({ status: await client.status() });
          return loaded;
        });
        // A dialog that shows something else by now stays.
        if (isInspected(request))
          set(({ dialog }) => ({ inspection: null, dialog: dialog === 'stored' ? dialog : null }));
        get().prefer({ recentModels: withRecent(get().recentModels, request) });
        const { source, runImage, stored, refreshStored } = get();
        // Its failure is recorded where it happens; the load itself has succeeded.
        if (source) runImage(source).catch(() => {});
        // What is stored is looked at again when it is on show; nobody waits for it here.
        if (stored) refreshStored().catch(() => {});
        return model;
      } catch (thrown) {
        const error = asTokenLensError(thrown, 'engine');
        // A restart repeats what stopped the engine; a refused checkpoint is not worth repeating. A newer request stays.
        if (get().phase === 'ready' && get().modelRequest === request && before) set(before);
        const isOver = get().loading === request && error.code === 'load-cancelled';
        // What has arrived of it is stored: how much is left is asked anew.
        if (isOver && isInspected(request))
          get()
            .inspectModel(request)
            .catch(() => {});
        throw error;
      } finally {
        if (get().loading === request) set({ loading: null });
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

    async keepStored() {
      const agrees = await keepStorage();
      await get().refreshStored();
      return agrees;
    },
  };
}
