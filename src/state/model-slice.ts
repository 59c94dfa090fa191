import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '#engine/client.ts';
import type { AppState, ModelSlice } from './app-state.ts';
import { requireEngine } from './engine-slice.ts';
import type { Operations } from './operations.ts';

type Api = StoreApi<AppState>;

/** What is loaded. */
export function createModelSlice(
  client: EngineClient,
  { perform }: Operations,
  set: Api['setState'],
  get: Api['getState'],
): ModelSlice {
  return {
    model: null,
    modelRequest: null,
    encoderChoice: 'auto',

    async loadModel(request) {
      requireEngine(get());
      const { modelRequest: previousRequest, encoderChoice: previousChoice } = get();
      const { encoder: encoderChoice = previousChoice, ...loadRequest } = request;
      set({ modelRequest: request, encoderChoice });
      const retry = () => get().loadModel(request);
      try {
        const model = await perform('load', retry, async (onProgress) => {
          const encoder = encoderChoice === 'auto' ? {} : { encoder: encoderChoice };
          const loaded = await client.load({ ...loadRequest, ...encoder }, onProgress);
          set({ model: loaded, status: await client.status() });
          return loaded;
        });
        const { source, runImage } = get();
        // Its failure is recorded where it happens; the load itself has succeeded.
        if (source) runImage(source).catch(() => {});
        return model;
      } catch (error) {
        // A restart repeats what stopped the engine; a refused checkpoint is not worth repeating.
        if (get().phase === 'ready') set({ modelRequest: previousRequest, encoderChoice: previousChoice });
        throw error;
      }
    },

    async chooseEncoder(encoder) {
      const { modelRequest, loadModel } = get();
      if (modelRequest) await loadModel({ ...modelRequest, encoder });
      else set({ encoderChoice: encoder });
    },
  };
}
