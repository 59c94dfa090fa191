import type { StoreApi } from 'zustand/vanilla';
import type { LocalFile, RunReport, RunRequest } from '#engine/protocol.ts';
import type { AppState, Failure, SetEntry, SourceSlice } from './app-state.ts';

type Api = StoreApi<AppState>;

/** Where the images come from: the current one, and the set of those opened. */
export function createSourceSlice(set: Api['setState'], get: Api['getState']): SourceSlice {
  /** Grows with every choice of what to run: files that were still waiting are then no longer wanted. */
  let newestChoice = 0;

  return {
    source: null,
    set: [],
    currentEntry: null,
    preprocessing: {},

    setSource(source) {
      set({ source });
    },

    async openFiles(files) {
      const model = modelAmong(files);
      if (model !== null) {
        await get()
          .loadModel({ model })
          .catch(() => {});
      }
      const choice = ++newestChoice;
      const images = model === null || model instanceof File ? files.filter(({ file }) => file !== model) : [];
      if (images.length > 0) get().cancelRun();
      let refused: Failure | null = null;
      for (const { file } of images) {
        await runShown({ image: file, name: file.name });
        if (choice !== newestChoice) return;
        // The others still have their turn, and theirs would take the error away.
        refused ??= get().failure;
      }
      if (refused) set({ failure: refused });
    },

    async openSource(request) {
      newestChoice += 1;
      get().cancelRun();
      await runShown(request);
    },

    async showEntry(id) {
      const entry = get().set.find((candidate) => candidate.id === id);
      if (!entry) return;
      if (!entry.report || !entry.isKept) return get().openSource(entry.request);
      newestChoice += 1;
      get().cancelRun();
      get().showReport(entry.report, entry.request);
    },

    removeEntry(id) {
      set((state) => ({
        set: state.set.filter((entry) => entry.id !== id),
        currentEntry: state.currentEntry === id ? null : state.currentEntry,
      }));
    },

    changePreprocessing(change) {
      set(({ preprocessing }) => ({ preprocessing: change ? { ...preprocessing, ...change } : {} }));
    },

    async runAgain() {
      const { source, openSource } = get();
      if (!source) return;
      // What a script asked for with the image gives way to what stands on the page.
      const { preprocessing: _, ...request } = source;
      await openSource(request);
    },
  };

  /** Its failure is in the store, where the page shows it. */
  async function runShown(request: RunRequest): Promise<void> {
    await get()
      .runImage(request)
      .catch(() => {});
  }
}

/** An exported encoder, or the files of a checkpoint: a folder that was dropped holds much else that is no image. */
export function modelAmong(files: readonly LocalFile[]): File | readonly LocalFile[] | null {
  const ends = ({ file }: LocalFile, ending: string) => file.name.toLowerCase().endsWith(ending);
  if (files.some((file) => ends(file, '.safetensors'))) return files;
  return files.find((file) => ends(file, '.onnx'))?.file ?? null;
}

/** The set with the result of `request` in it: in the place of the same image, or at the end. */
export function withResult(entries: readonly SetEntry[], request: RunRequest, report: RunReport): readonly SetEntry[] {
  const known = entries.find((entry) => entry.request.image === request.image);
  const id = known?.id ?? Math.max(0, ...entries.map((entry) => entry.id)) + 1;
  const entry: SetEntry = { id, request, name: report.image.name, report, isKept: true };
  const all = known ? entries.map((other) => (other === known ? entry : other)) : [...entries, entry];
  return all.map((other) => ({
    ...other,
    isKept: other.isKept && other.report !== null && report.keptRuns.includes(other.report.runId),
  }));
}

/** The set beside another model or engine: each image waits to be run by it. */
export function withoutResults(entries: readonly SetEntry[]): readonly SetEntry[] {
  return entries.map((entry) => ({ ...entry, isKept: false }));
}
