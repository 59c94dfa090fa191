import type { EngineStatus, ModelReport, RunReport, TensorCopy, TensorName, TensorRequest } from '#engine/protocol.ts';
import type { EncoderChoice } from '#state/app-state.ts';
import type { AppStore } from '#state/store.ts';
import { fileNameOf, resolveImageAddress, resolveModelAddress } from './addresses.ts';

export interface AutomationLoad {
  /** A bundled name, the URL of a checkpoint folder, a hub id, or an `.onnx` file. */
  readonly model: string | File;
  /** The folder of a connector kept apart from its encoder (VITA). */
  readonly connector?: string;
  /** Hub endpoint for hub ids. */
  readonly hub?: string;
  /** Without it the choice made before stays. */
  readonly encoder?: EncoderChoice;
}

/** A finished run without its picture, which stays with the page. */
export type AutomationRun = Omit<RunReport, 'resized'>;

/**
 * The page as a program: everything goes through the page's own store, so that the page shows what was done. A call
 * made before start-up has settled waits for it. Every rejection is a `TokenLensError` (`code`, `stage`, `message`,
 * `remedy`).
 */
export interface TokenLensAutomation {
  /**
   * Resolves once start-up has settled: the engine runs, and the model and the image of the address were tried. One of
   * these that failed is shown as an error and does not reject; `status()` tells what is loaded. Rejects when the page
   * cannot run at all, e.g. with `webgpu-missing`.
   */
  readonly ready: Promise<EngineStatus>;
  /** Loads a checkpoint; the image on show then runs again by itself. */
  load(request: AutomationLoad): Promise<ModelReport>;
  /** Runs an image, given as a file or an address; resolves when every stage is done and its maps are drawn. */
  run(image: Blob | string, options?: { readonly name?: string }): Promise<AutomationRun>;
  /** Copies a tensor of the last run: f32, row-major, with its shape and unit. */
  tensor(name: TensorName, request?: TensorRequest): Promise<TensorCopy>;
  /** What the engine runs on and holds, as of now. */
  status(): Promise<EngineStatus>;
}

declare global {
  interface Window {
    readonly tokenLens: TokenLensAutomation;
  }
}

/** The automation of `store`; `ready` settles with start-up, `baseUrl` is what relative addresses are relative to. */
export function createAutomation(store: AppStore, ready: Promise<EngineStatus>, baseUrl: string): TokenLensAutomation {
  const settled = ready.then(
    () => {},
    () => {},
  );
  return {
    ready,
    async load({ model, connector, ...rest }) {
      await settled;
      return store.getState().loadModel({
        ...rest,
        model: typeof model === 'string' ? resolveModelAddress(model, baseUrl) : model,
        ...(connector && { connector: resolveModelAddress(connector, baseUrl) }),
      });
    },
    async run(image, options = {}) {
      await settled;
      const source = typeof image === 'string' ? resolveImageAddress(image, baseUrl) : image;
      const name = options.name ?? nameOf(source);
      const { resized: _, ...report } = await store.getState().runImage({ image: source, ...(name && { name }) });
      return report;
    },
    async tensor(name, { tile = 0, ...rest } = {}) {
      await settled;
      return store.getState().readTensor(name, { ...rest, tile });
    },
    async status() {
      await settled;
      return store.getState().refreshStatus();
    },
  };
}

function nameOf(image: Blob | string): string | null {
  if (typeof image === 'string') return fileNameOf(image);
  return image instanceof File ? image.name : null;
}
