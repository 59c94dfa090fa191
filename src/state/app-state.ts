import type {
  EncoderBackend,
  EngineStatus,
  LoadRequest,
  MapKind,
  MapSet,
  ModelReport,
  Progress,
  RunReport,
  RunRequest,
  Selection,
  TensorCopy,
  TensorName,
  TensorRequest,
} from '#engine/protocol.ts';
import type { ErrorReport } from '#errors.ts';
import type { Square } from './lineage.ts';
import type { MovementKey } from './movement.ts';
import type { Preferences } from './preferences.ts';

/** `unavailable`: this browser cannot run the engine. `stopped`: the engine ended and can be restarted. */
export type EnginePhase = 'starting' | 'ready' | 'unavailable' | 'stopped';

/** The newest thing that went wrong, and the way to try it again. */
export interface Failure {
  readonly operation: 'start' | 'load' | 'run' | 'maps';
  readonly error: ErrorReport;
  readonly retry: () => Promise<unknown>;
}

export interface EngineSlice {
  readonly phase: EnginePhase;
  readonly status: EngineStatus | null;
  /** Where the operation under way stands; null while the engine rests. */
  readonly progress: Progress | null;
  readonly failure: Failure | null;
  /** Starts the engine. @throws TokenLensError as the engine does, e.g. `webgpu-missing`. */
  start(): Promise<EngineStatus>;
  /** Ends the engine, starts a new one, loads the model and runs the image again. @throws TokenLensError */
  restart(): Promise<void>;
  /** Asks the engine for its status. @throws TokenLensError */
  refreshStatus(): Promise<EngineStatus>;
  /** Copies a whole tensor of the last run to the page. @throws TokenLensError `no-run`, `tensor-unavailable` */
  readTensor(name: TensorName, request: TensorRequest): Promise<TensorCopy>;
  dismissError(): void;
}

/** `auto` leaves the choice to the engine. */
export type EncoderChoice = 'auto' | EncoderBackend;

/** What to load; without `encoder` the choice made before stays. */
export type ModelRequest = Omit<LoadRequest, 'encoder'> & { readonly encoder?: EncoderChoice };

export interface ModelSlice {
  readonly model: ModelReport | null;
  /** What was asked for last and not refused. */
  readonly modelRequest: ModelRequest | null;
  readonly encoderChoice: EncoderChoice;
  /** Loads a checkpoint and, when there is an image, starts running it again. @throws TokenLensError */
  loadModel(request: ModelRequest): Promise<ModelReport>;
  /** Reloads the model with another encoder backend. @throws TokenLensError */
  chooseEncoder(choice: EncoderChoice): Promise<void>;
}

export interface SourceSlice {
  /** The image asked for last; it is what a newly loaded model runs. */
  readonly source: RunRequest | null;
  /** How many files were dropped at once, of which the first was taken; 0 when it was one. */
  readonly filesDropped: number;
  /** Makes `request` the current image without running it, for the model that comes. */
  setSource(request: RunRequest): void;
  /** Takes a dropped or picked file: an `.onnx` becomes the encoder, anything else is run as an image. */
  openFiles(files: readonly File[]): Promise<void>;
}

export interface RunSlice {
  /** The last finished run; a failed one leaves it as it is. */
  readonly report: RunReport | null;
  /** The maps of `report`, as far as they were asked for. */
  readonly maps: Readonly<Record<MapKind, MapSet | null>>;
  /** Runs an image through every stage and draws its maps. @throws TokenLensError */
  runImage(request: RunRequest): Promise<RunReport>;
  /** Asks for the maps that the view needs and does not have. */
  requestMaps(): void;
}

export interface ViewSlice extends Preferences {
  readonly hovered: Selection | null;
  readonly locked: Selection | null;
  hover(selection: Selection | null): void;
  /** Locks `selection`, or frees it when it is locked already. */
  lock(selection: Selection): void;
  /** Locks `selection`, whatever was locked before. */
  select(selection: Selection): void;
  /** Moves the selection through the grid of `square`; a locked one stays locked. */
  move(square: Square, key: MovementKey): void;
  free(): void;
  /** Changes what the page remembers. */
  prefer(change: Partial<Preferences>): void;
}

export type AppState = EngineSlice & ModelSlice & SourceSlice & RunSlice & ViewSlice;
