import type {
  CheckpointInspection,
  CompareRequest,
  Comparison,
  ConnectorMaps,
  ConnectorMapsRequest,
  ConnectorToken,
  EncoderPrecision,
  EngineStatus,
  FeatureScaleEffect,
  ImageReport,
  KeptAxesReport,
  LayerChanges,
  LocalFile,
  MapRequest,
  MapSet,
  ModelReport,
  Preprocessing,
  ReductionFigures,
  RunReport,
  Selection,
  StorageReport,
  TensorCopy,
  TensorName,
  TensorRequest,
} from '#engine/protocol.ts';
import { planTiles } from '#image/tile-plan.ts';
import type { EncoderChoice } from '#state/app-state.ts';
import type { AppStore } from '#state/store.ts';
import { resolveImageAddress, resolveModelAddress } from './addresses.ts';
import { checkPreprocessing } from './preprocessing-options.ts';

export interface AutomationCheckpoint {
  /** A bundled name, a repository of the hub, the URL of a checkpoint folder, files from disk, or an `.onnx` file. */
  readonly model: string | File | readonly LocalFile[];
  /** The repository or folder of a connector kept apart from its encoder (VITA). */
  readonly connector?: string;
  /** The repository or folder whose configuration goes with files from disk that bring none. */
  readonly config?: string;
  /** Hub endpoint for repositories; without it the page's. */
  readonly hub?: string;
  /** Access token for private and gated repositories; kept in memory only. */
  readonly token?: string;
}

export interface AutomationLoad extends AutomationCheckpoint {
  /** Without it the choice made before stays. */
  readonly encoder?: EncoderChoice;
  /** Without it the choice made before stays; at first `float32`. */
  readonly precision?: EncoderPrecision;
}

/** What differs from the checkpoint's own preprocessing, and a name in place of the image's own. */
export interface AutomationRunOptions extends Partial<Preprocessing> {
  readonly name?: string;
}

/** What is compared of the run on show. */
export type AutomationCompare = Pick<CompareRequest, 'otherRunId'> & Partial<Omit<CompareRequest, 'runId'>>;

/** A finished run without its pictures, which stay with the page. */
export type AutomationRun = Omit<RunReport, 'pictures' | 'image'> & { readonly image: Omit<ImageReport, 'preview'> };

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
  /** What loading a checkpoint takes; headers alone are read. */
  inspect(request: AutomationCheckpoint): Promise<CheckpointInspection>;
  /**
   * Loads a checkpoint without asking, however much there is to download; the image on show then runs again by itself.
   * Rejects with `checkpoint-too-large` or `gpu-limit-exceeded`, before a weight is fetched, where `inspect` says that it does
   * not fit in the precision.
   */
  load(request: AutomationLoad): Promise<ModelReport>;
  /** Ends the load under way, which rejects with `load-cancelled`; the model before it stays. */
  cancelLoad(): void;
  /** What the browser keeps of checkpoints. */
  stored(): Promise<StorageReport>;
  /**
   * Runs an image or a video, given as a file or an address; resolves when every stage is done and its maps are drawn.
   * Rejects with `invalid-argument` on a mode that there is not, or a number of tiles that makes no sense.
   */
  run(image: Blob | string, options?: AutomationRunOptions): Promise<AutomationRun>;
  /** Ends the run under way, which rejects with `run-cancelled`; the last result stays. */
  cancel(): void;
  /** The grid that the published `dynamic_preprocess` chooses for an image of this size; throws `invalid-argument`. */
  planTiles: typeof planTiles;
  /** Maps of the run on show: every kind that the page draws, of any layer, head or token. */
  maps(request: Omit<MapRequest, 'runId'>): Promise<MapSet>;
  /** How much each block changes the tokens of one tile of the run on show. */
  layerChanges(tile?: number): Promise<LayerChanges>;
  /** L2 norms, or one hidden unit or channel, of what the connector computes on its way, of one tile of the run on show. */
  connectorMaps(request?: Partial<Omit<ConnectorMapsRequest, 'runId'>>): Promise<ConnectorMaps>;
  /** The strongest hidden units of a token, and how far each of its blocks moves the output. */
  connectorToken(selection: Selection): Promise<ConnectorToken>;
  /**
   * Compares a tile of the run on show with a tile of another run that is kept (`status().keptRuns`): the first of each, and
   * what goes to the language model, unless said otherwise.
   */
  compare(request: AutomationCompare): Promise<Comparison>;
  /** What the pixel shuffle of one tile of the run on show keeps, and what averaging or a reshape would. */
  reductionFigures(tile?: number): Promise<ReductionFigures>;
  /** How far the connector's tokens of one tile would be with another feature scale. */
  featureScaleEffect(tile?: number): Promise<FeatureScaleEffect>;
  /** Keeps the PCA axes of the run on show, for `maps({ kind: 'pca', basis: 'kept' })` of other runs of the same model. */
  keepAxes(request?: Omit<MapRequest, 'runId' | 'kind'>): Promise<KeptAxesReport>;
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
  /** Paths made absolute: the engine's own location is not the page's. */
  function resolve<Request extends AutomationCheckpoint>(request: Request): Request {
    const { model, connector, config } = request;
    return {
      ...request,
      ...(typeof model === 'string' && { model: resolveModelAddress(model, baseUrl) }),
      ...(connector && { connector: resolveModelAddress(connector, baseUrl) }),
      ...(config && { config: resolveModelAddress(config, baseUrl) }),
    };
  }
  return {
    ready,
    async inspect(request) {
      await settled;
      return store.getState().inspectModel(resolve(request));
    },
    async load(request) {
      await settled;
      return store.getState().loadModel(resolve(request));
    },
    cancelLoad() {
      store.getState().cancelLoad();
    },
    async stored() {
      await settled;
      return store.getState().refreshStored();
    },
    async run(image, { name, ...options } = {}) {
      const preprocessing = checkPreprocessing(options);
      await settled;
      const source = typeof image === 'string' ? resolveImageAddress(image, baseUrl) : image;
      const request = { image: source, ...(name && { name }), preprocessing };
      const { pictures: _, image: shown, ...report } = await store.getState().runImage(request);
      const { preview: __, ...rest } = shown;
      return { ...report, image: rest };
    },
    cancel() {
      store.getState().cancelRun();
    },
    planTiles,
    async maps(request) {
      await settled;
      return store.getState().readMaps(request);
    },
    async layerChanges(tile = 0) {
      await settled;
      return store.getState().readLayerChanges(tile);
    },
    async connectorMaps({ tile = 0, ...rest } = {}) {
      await settled;
      return store.getState().readConnectorMaps({ ...rest, tile });
    },
    async connectorToken(selection) {
      await settled;
      return store.getState().readConnectorToken(selection);
    },
    async compare(request) {
      await settled;
      return store.getState().readComparison({ tile: 0, otherTile: 0, stage: 'tokens', ...request });
    },
    async reductionFigures(tile = 0) {
      await settled;
      return store.getState().readReductionFigures(tile);
    },
    async featureScaleEffect(tile = 0) {
      await settled;
      return store.getState().readFeatureScaleEffect(tile);
    },
    async keepAxes(request = {}) {
      await settled;
      return store.getState().keepAxes(request);
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
