import type {
  CheckpointInspection,
  CheckpointRequest,
  CompareRequest,
  Comparison,
  ConnectorMaps,
  ConnectorMapsRequest,
  ConnectorToken,
  EncoderBackend,
  EncoderPrecision,
  EngineStatus,
  FeatureScaleEffect,
  KeptAxesReport,
  LayerChanges,
  LoadRequest,
  LocalFile,
  MapKind,
  MapRequest,
  MapSet,
  ModelReport,
  Preprocessing,
  Progress,
  ReductionFigures,
  RunReport,
  RunRequest,
  Selection,
  StorageReport,
  TensorCopy,
  TensorName,
  TensorRequest,
  TokenStage,
} from '#engine/protocol.ts';
import type { ErrorReport } from '#errors.ts';
import type { ShownTiles } from '#tensor/tile-grid.ts';
import type { LensSettings } from './lens.ts';
import type { Square } from './lineage.ts';
import type { MovementKey } from './movement.ts';
import type { PanelName, Preferences } from './preferences.ts';

/** `unavailable`: this browser cannot run the engine. `stopped`: the engine ended and can be restarted. */
export type EnginePhase = 'starting' | 'ready' | 'unavailable' | 'stopped';

/** The newest thing that went wrong, and the way to try it again. */
export interface Failure {
  readonly operation: 'start' | 'inspect' | 'load' | 'run' | 'maps';
  readonly error: ErrorReport;
  readonly retry: () => Promise<unknown>;
}

export interface EngineSlice {
  readonly phase: EnginePhase;
  readonly status: EngineStatus | null;
  /** Where the operation under way stands, loading apart; null while the engine rests. */
  readonly progress: Progress | null;
  /** Where the load under way stands; the model before it can be used meanwhile. */
  readonly loadProgress: Progress | null;
  readonly failure: Failure | null;
  /**
   * Starts the engine after what `prepare` does; the failure of either is on show.
   *
   * @throws TokenLensError as the engine does, e.g. `webgpu-missing`, or `unexpected` of what `prepare` throws.
   */
  start(prepare?: () => void): Promise<EngineStatus>;
  /** Ends the engine, starts a new one, loads the model and runs the image again. @throws TokenLensError */
  restart(): Promise<void>;
  /** Asks the engine for its status. @throws TokenLensError */
  refreshStatus(): Promise<EngineStatus>;
  /** Copies a whole tensor of the last run to the page. @throws TokenLensError `no-run`, `tensor-unavailable` */
  readTensor(name: TensorName, request: TensorRequest): Promise<TensorCopy>;
  /** Computes maps of the run on show, for whoever asks; the page goes on showing its own. @throws TokenLensError `no-run` */
  readMaps(request: Omit<MapRequest, 'runId'>): Promise<MapSet>;
  /** @throws TokenLensError `no-run`, `tensor-unavailable` */
  readLayerChanges(tile: number): Promise<LayerChanges>;
  /** @throws TokenLensError `no-run`, `tensor-unavailable`, `invalid-argument` */
  readConnectorMaps(request: Omit<ConnectorMapsRequest, 'runId'>): Promise<ConnectorMaps>;
  /** @throws TokenLensError `no-run`, `tensor-unavailable`, `invalid-argument` */
  readConnectorToken(selection: Selection): Promise<ConnectorToken>;
  /** Compares the run on show with another that is kept. @throws TokenLensError `no-run`, `invalid-argument` */
  readComparison(request: Omit<CompareRequest, 'runId'>): Promise<Comparison>;
  dismissError(): void;
}

/** `auto` leaves the choice to the engine. */
export type EncoderChoice = 'auto' | EncoderBackend;

/** What to load; without `encoder` or `precision` the choice made before stays. */
export type ModelRequest = Omit<LoadRequest, 'encoder' | 'checkImage'> & { readonly encoder?: EncoderChoice };

/** A checkpoint that was asked about, and what loading it takes; null while its headers are read. */
export interface Inspection {
  readonly request: CheckpointRequest;
  readonly result: CheckpointInspection | null;
}

/** Where repositories are looked for. */
export interface HubAccess {
  /** Endpoint of a mirror; null: the public hub. */
  readonly endpoint: string | null;
  /** Access token; in memory only. */
  readonly token: string | null;
}

export interface ModelSlice {
  readonly model: ModelReport | null;
  /** What was asked for last and not refused. */
  readonly modelRequest: ModelRequest | null;
  readonly encoderChoice: EncoderChoice;
  readonly precisionChoice: EncoderPrecision;
  readonly hub: HubAccess;
  /** The checkpoint that is being asked about. */
  readonly inspection: Inspection | null;
  /** What was asked about or loaded last, whether or not it could be had. */
  readonly asked: CheckpointRequest | null;
  /** What is being loaded. */
  readonly loading: ModelRequest | null;
  /** What the browser keeps of checkpoints; null until it was asked for. */
  readonly stored: StorageReport | null;
  /**
   * Asks what loading a checkpoint takes, without fetching a weight. Of a question that was put aside no failure is shown.
   *
   * @throws TokenLensError
   */
  inspectModel(request: CheckpointRequest): Promise<CheckpointInspection>;
  /** Puts the question aside. */
  dismissInspection(): void;
  /** Changes the hub for what is loaded from now on; another endpoint does not get the token of the one before. */
  changeHub(change: Partial<HubAccess>): void;
  /** Loads a checkpoint and, when there is an image, starts running it again. @throws TokenLensError */
  loadModel(request: ModelRequest): Promise<ModelReport>;
  /** Ends the load under way; the model before it stays. A checkpoint that was asked about first is asked about again. */
  cancelLoad(): void;
  /** Reloads the model with another encoder backend. @throws TokenLensError */
  chooseEncoder(choice: EncoderChoice): Promise<void>;
  /** Reloads the model in another precision. @throws TokenLensError */
  choosePrecision(choice: EncoderPrecision): Promise<void>;
  /** Asks what the browser keeps. @throws TokenLensError */
  refreshStored(): Promise<StorageReport>;
  /** Deletes a checkpoint that is stored; one that is loaded stays loaded. @throws TokenLensError */
  deleteStored(key: string): Promise<StorageReport>;
  /** Asks the browser to delete nothing of it by itself, and tells whether it agrees. @throws TokenLensError */
  keepStored(): Promise<boolean>;
}

/** One image or video of the set that was opened. */
export interface SetEntry {
  readonly id: number;
  readonly request: RunRequest;
  readonly name: string;
  /** What became of it; null until it was run. A finished run may have been let go since: see `isKept`. */
  readonly report: RunReport | null;
  /** Whether the engine still holds the run's tensors, and they are of the model in use. */
  readonly isKept: boolean;
}

export interface SourceSlice {
  /** The image asked for last; it is what a newly loaded model runs. */
  readonly source: RunRequest | null;
  /** The images of the strip, in the order in which they came; the same image again takes its old place. */
  readonly set: readonly SetEntry[];
  /** The entry on show. */
  readonly currentEntry: number | null;
  /** How the user wants images prepared; what is absent is as the checkpoint has it. It takes effect at the next run. */
  readonly preprocessing: Partial<Preprocessing>;
  /** Makes `request` the current image without running it, for the model that comes. */
  setSource(request: RunRequest): void;
  /**
   * Takes dropped or picked files: an `.onnx` becomes the encoder, files of a checkpoint the model, images and videos join
   * the set and are run in turn.
   */
  openFiles(files: readonly LocalFile[]): Promise<void>;
  /** Runs an image or video in place of what is under way. Failures are shown, not thrown. */
  openSource(request: RunRequest): Promise<void>;
  /** Shows entry `id` again: at once where its run is kept, else by running it anew. */
  showEntry(id: number): Promise<void>;
  removeEntry(id: number): void;
  /** Changes how images are prepared, without running anything; `null` goes back to the checkpoint's own way. */
  changePreprocessing(change: Partial<Preprocessing> | null): void;
  /** Runs the current image again, with the preprocessing as it stands now. Failures are shown, not thrown. */
  runAgain(): Promise<void>;
}

export interface RunSlice {
  /** The run on show; a failed one leaves it as it is. */
  readonly report: RunReport | null;
  /** The maps of `report`, as far as they were asked for. */
  readonly maps: Readonly<Record<MapKind, MapSet | null>>;
  /** Runs an image through every stage and draws its maps. @throws TokenLensError */
  runImage(request: RunRequest): Promise<RunReport>;
  /** Puts a run that the engine still keeps on show again. */
  showReport(report: RunReport, source: RunRequest): void;
  /** Ends what is running; the last result stays. */
  cancelRun(): void;
  /** Asks for the maps that the view needs and does not have. */
  requestMaps(): void;
}

/**
 * A dialog that several places of the page open; `hub` is the one of checkpoints at its access token, `config` the one that
 * asks for the configuration of files from disk.
 */
export type DialogName = 'checkpoint' | 'hub' | 'config' | 'stored' | 'bill';

export interface ViewSlice extends Preferences {
  readonly dialog: DialogName | null;
  showDialog(dialog: DialogName | null): void;
  /** The tile (or video frame) on show, or all that cover the image, assembled. */
  readonly tile: number | 'all';
  /** Opens a panel below the squares, or closes it. */
  togglePanel(panel: PanelName): void;
  showTile(tile: number | 'all'): void;
  /** What of the encoder is looked at. */
  readonly lens: LensSettings;
  changeLens(change: Partial<LensSettings>): void;
  /** How much each block changes the tokens of a tile, the one on show or one before; null until it was asked for. */
  readonly layerChanges: LayerChanges | null;
  /**
   * Asks for it of the tile on show, where it is not known. Failures are shown, not thrown; of what nobody has asked for, which
   * is `onlyIfKept`, they are not shown either.
   */
  requestLayerChanges(options?: { readonly onlyIfKept?: boolean }): Promise<void>;
  /** Where the PCA axes come from that the engine keeps; null: it keeps none. */
  readonly keptAxes: KeptAxesReport | null;
  /** Keeps the axes that the run on show has by `request`, and shows PCA maps on them. @throws TokenLensError `no-run` */
  keepAxes(request: Omit<MapRequest, 'runId' | 'kind'>): Promise<KeptAxesReport>;
  readonly hovered: Selection | null;
  readonly locked: Selection | null;
  hover(selection: Selection | null): void;
  /** Locks `selection`, or frees it when it is locked already. */
  lock(selection: Selection): void;
  /** Locks `selection`, whatever was locked before. */
  select(selection: Selection): void;
  /** Moves the selection through the tokens of `square` in the tiles of `grid`; a locked one stays locked. */
  move(square: Square, key: MovementKey, grid: ShownTiles): void;
  free(): void;
  /** Changes what the page remembers. */
  prefer(change: Partial<Preferences>): void;
}

/** What of the connector's layers is shown in place of their L2 norms; null: the norm. */
export interface ConnectorPick {
  /** Hidden unit, before and after the activation. */
  readonly unit: number | null;
  /** Channel of the LayerNorm. */
  readonly channel: number | null;
}

export interface ConnectorSlice {
  readonly connectorPick: ConnectorPick;
  /** The layers within the connector, of the run on show or one before; null until they were asked for. */
  readonly connectorMaps: ConnectorMaps | null;
  /** What it makes of a token: of the selected one, or the one that the pointer has left. */
  readonly connectorToken: ConnectorToken | null;
  pickInConnector(change: Partial<ConnectorPick>): void;
  /** Asks for the maps that the panel needs and does not have. Failures are shown, not thrown. */
  requestConnectorMaps(): void;
  /** The same for the token. */
  requestConnectorToken(): void;
}

export interface CompareSlice {
  /** Runs whose tensors the engine keeps, whatever their model: oldest first. */
  readonly kept: readonly RunReport[];
  /** What the user chose to compare with, kept or let go since; null: the newest of the others. */
  readonly otherRun: RunReport | null;
  /** Of the other run; null: the one of the same number, or the first. */
  readonly otherTile: number | null;
  /** null: the last that both runs have. */
  readonly compareStage: TokenStage | null;
  /** The newest answer; whether it is of what is looked at now, `currentComparison` says. */
  readonly comparison: Comparison | null;
  chooseOther(runId: number): void;
  chooseOtherTile(tile: number): void;
  chooseCompareStage(stage: TokenStage): void;
  /** Asks for what the panel needs and does not have. Failures are shown, not thrown. */
  requestComparison(): void;
}

export interface ReductionSlice {
  /** Step of the reduction that is shown, from 0. */
  readonly reductionStep: number;
  showReductionStep(step: number): void;
  /** What the reduction of one tile keeps; null until it was asked for. */
  readonly reductionFigures: ReductionFigures | null;
  /** What another feature scale would change of one tile; null until it was asked for. */
  readonly featureScaleEffect: FeatureScaleEffect | null;
  /** Ask for them, where they are not known of the tile on show. Failures are shown, not thrown. */
  requestReductionFigures(): Promise<void>;
  requestFeatureScaleEffect(): Promise<void>;
  /** @throws TokenLensError `no-run`, `invalid-argument` */
  readReductionFigures(tile: number): Promise<ReductionFigures>;
  /** @throws TokenLensError `no-run`, `invalid-argument`, `tensor-unavailable` */
  readFeatureScaleEffect(tile: number): Promise<FeatureScaleEffect>;
}

export type AppState = EngineSlice &
  ModelSlice &
  SourceSlice &
  RunSlice &
  ViewSlice &
  ReductionSlice &
  ConnectorSlice &
  CompareSlice;
