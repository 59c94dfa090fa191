import type { StoreApi } from 'zustand/vanilla';
import type { AppState, SourceSlice } from './app-state.ts';

type Api = StoreApi<AppState>;

/** Where the image comes from, and what was dropped with it. */
export function createSourceSlice(set: Api['setState'], get: Api['getState']): SourceSlice {
  return {
    source: null,
    filesDropped: 0,

    setSource(source) {
      set({ source });
    },

    async openFiles(files) {
      const [file] = files;
      if (!file) return;
      const { loadModel, runImage } = get();
      const isEncoder = file.name.toLowerCase().endsWith('.onnx');
      const opened = isEncoder ? loadModel({ model: file }) : runImage({ image: file, name: file.name });
      if (files.length > 1) set({ filesDropped: files.length });
      await opened;
    },
  };
}
