import { type HeadFusion, headFusions } from '#analysis/attention-rollout/head-fusion.ts';
import type { CheckpointReport } from '#checkpoint/checkpoint-report.ts';
import type { LocalFile } from '#checkpoint/file-folder.ts';
import { formatModelName, parseModelName } from '#checkpoint/hub-id.ts';
import type { ProbeOutcome } from '#encoder/probe.ts';
import type { ErrorReport } from '#errors.ts';
import type { AdapterReport } from '#gpu/gpu.ts';
import type { Timing } from '#gpu/timing.ts';
import type { ImageMode, Preprocessing } from '#image/placement.ts';
import type { AttentionForm } from '#onnx/attention.ts';
import { type EncoderPrecision, encoderPrecisions } from '#onnx/precision.ts';
import type { Activation } from '#tensor/activation.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import type { Shape } from '#tensor/shape.ts';

/** The worker boundary as types. Everything here is plain data that `postMessage` can copy. */

/** Stages that hold one tensor of tokens each, in the order of the pipeline. */
export const tokenStages = ['selected', 'dropped', 'shuffled', 'tokens'] as const;
/**
 * With P patches in a tile, B of which become one token: `selected`: encoder output [1 + P, C]. `dropped`: [P, C].
 * `shuffled`: [P / B, B * C]. `tokens`: connector output [P / B, D].
 */
export type TokenStage = (typeof tokenStages)[number];

export type EncoderBackend = 'webgpu' | 'wasm';

/** Why the encoder runs where it runs. */
export type BackendReason =
  /** WebGPU: hardware adapter, and the probe found it right. */
  | 'hardware-adapter'
  /** WASM: a software adapter computes slower than WASM does. */
  | 'software-adapter'
  /** WASM: no form of the graph came out right on this device. */
  | 'probe-failed'
  /** WASM: WebGPU was tried and failed. */
  | 'webgpu-failed'
  /** The user asked for it. */
  | 'requested';

export type { AttentionForm, CheckpointReport, EncoderPrecision, ImageMode, LocalFile, Preprocessing, ProbeOutcome };

export { encoderPrecisions, formatModelName, headFusions, parseModelName };

/** How a checkpoint's own published code prepares an image, and where that is written. */
export interface PreprocessingDefault extends Preprocessing {
  /** E.g. `config.json: dynamic_image_size`. */
  readonly source: string;
}

/** What is loaded. */
export interface ModelReport {
  /** What the user asked for: a bundled name, a URL without what of it may be secret, or a file name. */
  readonly name: string;
  readonly connectorName: string | null;
  /** Commit of a repository of the hub; null for anything else. */
  readonly revision: string | null;
  readonly connectorRevision: string | null;
  /** Endpoint that it came from, where that is not the public hub. */
  readonly hub: string | null;
  readonly layout: 'internvit' | 'internvl-chat' | 'internvl-hf' | 'internvl-vision' | 'vita' | 'onnx';
  /** Encoder width C; null for an exported .onnx until its first run. */
  readonly hiddenSize: number | null;
  /** Transformer blocks; null for an exported .onnx. */
  readonly layers: number | null;
  readonly heads: number | null;
  /** Width of the language model's embeddings D; null without a connector. */
  readonly tokenSize: number | null;
  /** What lies within the connector; null without one. */
  readonly connector: ConnectorReport | null;
  /** Index into [embeddings, layer 1, ...] of the hidden state that goes on, from 0; null for an exported .onnx. */
  readonly selectedLayer: number | null;
  readonly psVersion: 'v1' | 'v2';
  /** What the features are multiplied by before the shuffle: 0.5 for VITA, else 1. */
  readonly featureScale: number;
  /** How a tile is cut into tokens: by the configuration, or the published grid for an exported .onnx. */
  readonly grid: TokenGrid;
  readonly parameters: number;
  /** dtype of the checkpoint's vision tensors, e.g. `BF16`. */
  readonly storedDtype: string;
  readonly precision: PrecisionReport;
  readonly preprocessing: PreprocessingDefault;
  /** What the user should know though loading succeeded: that the browser had no room to store the checkpoint. */
  readonly notice: ErrorReport | null;
}

export interface ConnectorReport {
  /** Units between its two linear layers H. */
  readonly hiddenSize: number;
  /** Whether a LayerNorm over the channels of the shuffled tokens comes first. */
  readonly hasLayerNorm: boolean;
  /** What follows the first of them. */
  readonly activation: Activation;
}

/** In what precision the encoder computes, and what that costs. */
export interface PrecisionReport {
  readonly requested: EncoderPrecision;
  readonly used: EncoderPrecision;
  /** Why `used` is not what was asked for; null where it is. */
  readonly reason: 'no-shader-f16' | 'wasm' | 'check-failed' | null;
  /** A reference image through both: null where f32 was asked for, or nothing could be compared. */
  readonly check: PrecisionCheck | null;
}

/** The hidden state that goes on, of one image, in `precision` held against f32 on the same backend. */
export interface PrecisionCheck {
  readonly precision: EncoderPrecision;
  /** Whether every value is finite. */
  readonly isFinite: boolean;
  /** L2 norm of the difference over the L2 norm in f32. */
  readonly relativeError: number;
  readonly maxAbsError: number;
  /** Largest relative error that passes; null where the error is shown and the choice left to the user. */
  readonly tolerance: number | null;
  readonly passed: boolean;
}

/** Whether a checkpoint fits on this machine in one precision of its encoder. */
export interface PrecisionFit {
  readonly precision: EncoderPrecision;
  /** Bytes of the weights: the encoder's in it, the connector's as they are stored. */
  readonly byteLength: number;
  /** Where it would run. */
  readonly backend: EncoderBackend;
  /** What stands in the way; null: nothing. */
  readonly problem:
    | { readonly kind: 'no-shader-f16' | 'wasm-has-no-f16' }
    /** A weight is larger than this device binds, or all of them than WASM can address or memory holds; bytes. */
    | { readonly kind: 'buffer' | 'heap' | 'memory'; readonly needed: number; readonly limit: number }
    | null;
}

/** What loading a checkpoint takes on this machine, known before a weight is fetched. */
export interface CheckpointInspection {
  readonly name: string;
  readonly connectorName: string | null;
  readonly revision: string | null;
  readonly connectorRevision: string | null;
  readonly report: CheckpointReport;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly tokenSize: number | null;
  /** Bytes that are still to be fetched: what the browser has stored already does not count. */
  readonly fetchByteLength: number;
  /** One for each precision. */
  readonly fits: readonly PrecisionFit[];
}

/** What the browser keeps of checkpoints, and how much it may keep. */
export interface StorageReport {
  /** false: this browser, or this private window, stores nothing. */
  readonly isAvailable: boolean;
  /** The one used last comes first. */
  readonly checkpoints: readonly StoredCheckpoint[];
  /** Of everything that this site stores; the browser's estimate. */
  readonly usedByteLength: number;
  readonly quotaByteLength: number;
  /** Whether the browser has promised to delete nothing by itself. */
  readonly isPersistent: boolean;
}

export interface StoredCheckpoint {
  /** For `deleteStored`. */
  readonly key: string;
  readonly byteLength: number;
  /** Milliseconds since 1970; 0: not known. */
  readonly usedAt: number;
}

/** One stage of a finished run. */
export interface StageReport {
  readonly stage: TokenStage;
  /** Of one tile. */
  readonly shape: Shape;
  readonly dtype: 'float32';
  /** Of all tiles together. */
  readonly timing: Timing;
}

export interface ImageReport {
  readonly name: string;
  /** Size of the decoded image or frame, upright, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The whole image, aspect kept, no side longer than 1024 px; of a video, its first sampled frame. Transferred. */
  readonly preview: ImageBitmap;
}

/** What a video was, and which of its frames were taken: one tile a frame. */
export interface VideoReport {
  readonly codec: string;
  readonly durationSeconds: number;
  readonly framesPerSecond: number;
  /** Frames in the file. */
  readonly frames: number;
  /** [tiles]: the frames taken, by number and time. */
  readonly sampled: readonly { readonly index: number; readonly seconds: number }[];
}

/** How the tiles of a run lie. */
export interface TileReport {
  /** What was asked for, or the checkpoint's default. */
  readonly preprocessing: Preprocessing;
  /** Whether `preprocessing` is the checkpoint's own. */
  readonly isDefault: boolean;
  /** Grid of the tiles that cover the image; a thumbnail comes after them. Frames of a video have no grid: 1 x 1. */
  readonly columns: number;
  readonly rows: number;
  /** All of them, thumbnail included. */
  readonly count: number;
  readonly hasThumbnail: boolean;
}

/** A finished run. `runId` grows by one a run; whatever carries another id is stale. */
export interface RunReport {
  readonly runId: number;
  readonly model: ModelReport;
  readonly image: ImageReport;
  /** null for an image. */
  readonly video: VideoReport | null;
  readonly backend: EncoderBackend;
  readonly tiles: TileReport;
  /** Stages in order; `tokens` is absent without a connector. */
  readonly stages: readonly StageReport[];
  /** From decode to the resized tiles on the device. */
  readonly preparation: Timing;
  readonly totalMs: number;
  /** [tiles]: one tile each, to be looked at; `resizedRgb` has the exact values. Transferred, not copied. */
  readonly pictures: readonly ImageBitmap[];
  /** Runs whose tensors are still kept, oldest first, this one last: the memory bound may have ended older ones. */
  readonly keptRuns: readonly number[];
}

/**
 * `norm`: L2 norm. `channel`: one channel. `cosine`: similarity to the selection. `class`: similarity to the class token of the
 * same tile. `pca`: three components. `attention`: from or to the selection in one block. `rollout`: attention through all
 * blocks. `added`: norm of what a block's attention or MLP adds.
 */
export type MapKind = 'norm' | 'channel' | 'cosine' | 'class' | 'pca' | 'attention' | 'rollout' | 'added';

/** `from`: what the selected token looks at. `to`: who looks at it. */
export type AttentionDirection = 'from' | 'to';
export type { HeadFusion };
/** What PCA axes are fitted to: every tile by itself, all tiles of the run, or what `keepAxes` was given before. */
export const pcaBases = ['tile', 'run', 'kept'] as const;
export type PcaBasisChoice = (typeof pcaBases)[number];
/** Which half of a block. */
export type BlockPart = 'attention' | 'mlp';

/** One map of one stage: a value (or three) a token, never the tokens themselves. */
export interface TokenMap {
  readonly runId: number;
  readonly tile: number;
  readonly stage: TokenStage;
  readonly kind: MapKind;
  readonly rows: number;
  readonly columns: number;
  /** 1, or 3 for PCA. */
  readonly components: number;
  /** `L2 norm`, `cosine`, `PCA score`, `activation`, `attention`. */
  readonly unit: string;
  /** [rows, columns, components] f32, in image order whatever `psVersion` did to the tokens. */
  readonly values: Float32Array;
  /** [components] of the class token, where the stage has one. */
  readonly classToken: Float32Array | null;
  /** PCA: share of the variance of this stage's patch tokens along each component, largest first. */
  readonly explainedVariance: readonly number[] | null;
}

/** A selected token of one tile: the class token, one patch, or one shuffled token (image order, row-major). */
export type Selection =
  | { readonly kind: 'class'; readonly tile: number }
  | { readonly kind: 'patch'; readonly tile: number; readonly index: number }
  | { readonly kind: 'shuffled'; readonly tile: number; readonly index: number };

export interface MapRequest {
  readonly runId: number;
  readonly kind: MapKind;
  /** Needed by `cosine`, `attention` and `rollout`. */
  readonly selection?: Selection;
  /**
   * `norm`, `channel`, `cosine`, `class`, `pca`: the hidden state that the encoder's square shows, 0: the embeddings; default the one
   * that goes on. `attention`, `added`: the block, from 1; `rollout`: the last block of it; default the last.
   */
  readonly layer?: number;
  /** `channel`: which; stages that are narrower have no map. */
  readonly channel?: number;
  /** `attention`. Default: from. */
  readonly direction?: AttentionDirection;
  /** `attention`: one head, from 0, or the mean of all. Default: the mean. */
  readonly head?: number | 'mean';
  /** `rollout`: how heads become one; default the mean. */
  readonly fusion?: HeadFusion;
  /** `rollout`: the share of the smallest entries of each row that is left out, from 0, below 1. Default: 0. */
  readonly discardRatio?: number;
  /** `added`: of what. Default: attention. */
  readonly part?: BlockPart;
  /** `pca`. Default: run. */
  readonly basis?: PcaBasisChoice;
  /** Tiles that are wanted of a layer that is not kept, or of PCA axes of their own; default all. */
  readonly tiles?: readonly number[];
}

/** Maps of every stage they mean something on and of every tile: in order of the pipeline, then of the tiles. */
export interface MapSet {
  readonly runId: number;
  readonly kind: MapKind;
  readonly maps: readonly TokenMap[];
  /** The selection they belong to, where they belong to one. */
  readonly selection: Selection | null;
  /** What they answer. */
  readonly request: MapRequest;
  /** `attention`: every head by itself, [heads, 1 + patches] of the tile's sequence, class token first. */
  readonly heads: { readonly count: number; readonly values: Float32Array } | null;
  /** `pca`: what the axes of each stage are; empty of other kinds. */
  readonly axes: readonly StageAxes[];
  /** Tiles that were encoded again for these maps: their layers were not kept, or what `added` needs, which never is. */
  readonly encodedAgain: number;
  readonly elapsedMs: number;
}

/** On which axes the PCA scores of one stage are. */
export interface StageAxes {
  readonly stage: TokenStage;
  /** Not what was asked for where `kept` axes are of another model, layer or width, or there are none: then `run`. */
  readonly basis: PcaBasisChoice;
  /** `kept`: [3], the range of each score where the axes come from, so that the same colour is the same score; else null. */
  readonly ranges: readonly ScoreRange[] | null;
}

export interface ScoreRange {
  readonly min: number;
  readonly max: number;
}

/** Where the PCA axes come from that the engine keeps. */
export interface KeptAxesReport {
  readonly runId: number;
  readonly imageName: string;
  /** Hidden state of the encoder's axes; null: of the one that goes on. */
  readonly layer: number | null;
  readonly stages: readonly TokenStage[];
}

/** How much each block changes the tokens of one tile. */
export interface LayerChanges {
  readonly runId: number;
  readonly tile: number;
  /**
   * [blocks]: sum of the norms of the differences over the sum of the norms before, block 1 first; empty where the tile's
   * layers are not kept and were not to be computed again.
   */
  readonly changes: readonly number[];
  /** 1 where the tile was encoded again for it, else 0. */
  readonly encodedAgain: number;
}

export interface LayerChangesRequest extends TileRequest {
  /** Rather no answer than encoding the tile again. */
  readonly onlyIfKept?: boolean;
}

/**
 * `normed`: after the LayerNorm. `hidden`: after the first linear layer [tokens, H]. `activated`: after its
 * activation [tokens, H].
 */
export const connectorLayers = ['normed', 'hidden', 'activated'] as const;
export type ConnectorLayer = (typeof connectorLayers)[number];

export interface ConnectorMapsRequest {
  readonly runId: number;
  readonly tile: number;
  /** Hidden unit that `hidden` and `activated` show; without it their L2 norm. */
  readonly unit?: number;
  /** Channel that `normed` shows; without it its L2 norm. */
  readonly channel?: number;
}

/** One layer within the connector, a value a shuffled token. */
export interface ConnectorMap extends Pick<TokenMap, 'tile' | 'rows' | 'columns' | 'components' | 'unit' | 'values'> {
  readonly layer: ConnectorLayer;
  /** [tokens, channels] */
  readonly shape: Shape;
  /** The channel or unit on show; null: the L2 norm of all. */
  readonly channel: number | null;
}

/** What the connector computes on its way, of one tile. */
export interface ConnectorMaps {
  readonly runId: number;
  readonly tile: number;
  /** In order; `normed` is absent without a LayerNorm. */
  readonly maps: readonly ConnectorMap[];
  /** What they answer. */
  readonly request: ConnectorMapsRequest;
}

/** A hidden unit at one token. */
export interface HiddenUnit {
  readonly unit: number;
  /** Before the activation. */
  readonly before: number;
  /** After it. */
  readonly after: number;
}

/** What the connector makes of one token. */
export interface ConnectorToken {
  readonly runId: number;
  /** The shuffled token that was asked for, or that holds the patch asked for. */
  readonly selection: Extract<Selection, { kind: 'shuffled' }>;
  /** The units furthest from 0 after the activation, at most 10, the furthest first. */
  readonly units: readonly HiddenUnit[];
  /**
   * [blocks]: how far the output token moves when one block of the shuffled token is put to 0 in front of the connector,
   * over its own norm; in the order of the blocks.
   */
  readonly blockShares: readonly number[];
}

/** One tile of a run beside one tile of another, at one stage. */
export interface CompareRequest {
  readonly runId: number;
  readonly otherRunId: number;
  readonly tile: number;
  readonly otherTile: number;
  readonly stage: TokenStage;
  /** What the maps of both show: this channel, or the L2 norm without one. */
  readonly channel?: number;
  /** A token of `tile`, to find the tokens of the other that are most like it. */
  readonly selection?: Selection;
}

/** What two tiles of two runs are beside each other. Maps are in image order, whatever `psVersion` did to the tokens of either. */
export interface Comparison {
  readonly request: CompareRequest;
  /** The tile of this run and of the other. */
  readonly maps: readonly [TokenMap, TokenMap];
  /** [tokens, channels] of the tile at the stage, in this run and in the other. */
  readonly shapes: readonly [Shape, Shape];
  /** null where the tokens are not of one width, which have no difference and no angle, or not as many: see `shapes`. */
  readonly difference: TileDifference | null;
  /** The other's tokens by their cosine to the selection; null without one, at a stage that it does not reach, and of two widths. */
  readonly similarity: TokenMap | null;
  readonly elapsedMs: number;
}

/** How far tokens a of one tile are from tokens b at the same places of another. */
export interface TileDifference {
  /** ||a - b|| of each token. */
  readonly norms: TokenMap;
  /** The cosine of each a and b. */
  readonly cosines: TokenMap;
  /** ||A - B|| / ||A||, over all tokens of the stage, the class token among them where there is one. */
  readonly relative: number;
}

/** How far the patch tokens of one tile are from what stands in for them. */
export interface TokenLoss {
  /** [patch rows, patch columns]: the distance of each token to what stands in for it, over its norm. */
  readonly relativeErrors: Float32Array;
  /** The same of all tokens as one vector. */
  readonly relativeError: number;
}

/** What the pixel shuffle of one tile keeps, and what other ways to as few tokens would. */
export interface ReductionFigures {
  readonly runId: number;
  readonly tile: number;
  /** C, the width of a patch token. */
  readonly channels: number;
  /** `dropped` held against itself brought back from `shuffled`: 0 where nothing is lost. */
  readonly shuffle: TokenLoss;
  /** Each token held against the mean of the neighbourhood that it is folded with: what average pooling leaves of it. */
  readonly square: TokenLoss;
  /** Each token held against the mean of as many in a row, which a mere reshape would fold. */
  readonly strip: TokenLoss;
  /** [patch rows, patch columns]: L2 norms of `dropped`. */
  readonly norms: Float32Array;
  /** L2 norm of the class token, which `dropped` is without. */
  readonly classNorm: number;
  readonly excerpt: TokenExcerpt;
}

/** The first channels of every token of one tile, to be read beside one another. */
export interface TokenExcerpt {
  /** Channels of each patch token; as many of each block of a shuffled one. */
  readonly count: number;
  /** [patches, count] of `dropped`. */
  readonly dropped: Float32Array;
  /** [tokens, blocks, count] of `shuffled`, in the order of its tensor. */
  readonly shuffled: Float32Array;
}

/** What the connector makes of the tokens of one tile when they are shuffled with another feature scale. */
export interface FeatureScaleEffect {
  readonly runId: number;
  readonly tile: number;
  /** The checkpoint's own feature scale, and the one held against it: 1 where it is 0.5, and the other way round. */
  readonly scale: number;
  readonly otherScale: number;
  /** Epsilon of the layer norm at the connector's start; null where there is none. */
  readonly layerNormEps: number | null;
  /** [token rows, token columns], image order: the distance of each connector token to the one of the other scale, over its norm. */
  readonly relativeDifferences: Float32Array;
  /** The same of all tokens as one vector. */
  readonly relativeDifference: number;
}

/** A tile of a run. */
export interface TileRequest {
  readonly runId: number;
  readonly tile: number;
}

/** Where a checkpoint is. */
export interface CheckpointRequest {
  /**
   * A bundled name, a repository of the hub (`owner/name`, `owner/name/folder`, `owner/name@revision`), the URL of a folder
   * in the hub's file layout, files from disk, or an exported `.onnx` encoder.
   */
  readonly model: string | File | readonly LocalFile[];
  /** A second folder, for layouts that keep the connector apart (VITA). */
  readonly connector?: string;
  /** A folder named as `model` is, whose configuration goes with files from disk that bring none. */
  readonly config?: string;
  /** Endpoint of the hub, or of a mirror that speaks its API. */
  readonly hub?: string;
  /** Access token for private and gated repositories; kept in memory only. */
  readonly token?: string;
}

export interface LoadRequest extends CheckpointRequest {
  readonly encoder?: EncoderBackend;
  /** Default: f32. */
  readonly precision?: EncoderPrecision;
  /** Address of the image that another precision than f32 is checked with. */
  readonly checkImage?: string;
}

export interface RunRequest {
  /** An image or a video. */
  readonly image: Blob | string;
  readonly name?: string;
  /** What differs from the checkpoint's own preprocessing. A video is always padded frame by frame. */
  readonly preprocessing?: Partial<Preprocessing>;
}

export const tensorNames = [
  'resizedRgb',
  'hiddenState',
  'selected',
  'dropped',
  'shuffled',
  'normed',
  'hidden',
  'activated',
  'tokens',
  'classAttention',
  'attention',
] as const;
export type TensorName = (typeof tensorNames)[number];

export interface TensorRequest {
  /** Default: the newest run. */
  readonly runId?: number;
  readonly tile?: number;
  /** `hiddenState`: 0 = embeddings, n = after block n. `classAttention`, `attention`: block 1..layers, default the last. */
  readonly layer?: number;
  /** `attention`: of whose tile it is, whatever `tile` says. A token of the 16x16 grid stands for the mean of its four patches. */
  readonly selection?: Selection;
  /** `attention`. Default: from. */
  readonly direction?: AttentionDirection;
  /** `attention`: one head, from 0; default all of them. */
  readonly head?: number;
}

export interface TensorCopy {
  readonly data: Float32Array;
  readonly shape: Shape;
  readonly unit: string;
}

/** How far a download is. */
export interface TransferProgress {
  /** Bytes of the weights that are here, whether fetched or stored before. */
  readonly doneByteLength: number;
  readonly totalByteLength: number;
  /** Over the last seconds; null until something has come from the network. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** Where a long operation stands. */
export interface Progress {
  readonly operation: 'start' | 'load' | 'run';
  readonly phase:
    | 'requesting-device'
    | 'probing'
    | 'reading-header'
    | 'downloading'
    | 'converting'
    | 'compiling'
    | 'checking'
    | 'decoding'
    | 'first-run'
    | 'encoding'
    | 'reducing'
    | 'connecting'
    | 'mapping';
  /** 0..1 where it is known. */
  readonly fraction: number | null;
  /** While weights arrive. */
  readonly transfer?: TransferProgress;
  /** The tile that is being worked on, from 0, and how many there are. */
  readonly tile?: { readonly index: number; readonly count: number };
}

export interface EngineStatus {
  readonly adapter: AdapterReport;
  readonly probe: readonly ProbeOutcome[];
  readonly backend: EncoderBackend;
  readonly backendReason: BackendReason;
  /** The text of the failure behind `webgpu-failed`. */
  readonly backendFailure: string | null;
  readonly attention: AttentionForm;
  readonly precision: EncoderPrecision;
  readonly wasmThreads: number;
  readonly crossOriginIsolated: boolean;
  readonly model: ModelReport | null;
  readonly runId: number | null;
  /** Tiles of the newest run, thumbnail included. */
  readonly tiles: number;
  readonly stages: readonly StageReport[];
  /** Runs whose tensors are kept, oldest first. */
  readonly keptRuns: readonly number[];
  /** Bytes of GPU memory that they hold, and the bound above which the oldest go. */
  readonly keptByteLength: number;
  readonly mostKeptByteLength: number;
  readonly inspection: InspectionStatus;
  /** Bytes read back from the GPU since the last run began. */
  readonly bytesReadBack: number;
}

/** What is in memory for looking inside of the encoder. */
export interface InspectionStatus {
  /** Blocks whose weights are kept, from 1, the one used longest ago first. */
  readonly blocks: readonly number[];
  /** Bytes of these weights, and the bound above which the oldest go. */
  readonly byteLength: number;
  readonly mostByteLength: number;
  /** Tiles of the newest run whose hidden states and attention rows are kept; the others are encoded again when asked for. */
  readonly keptTiles: number;
  /** Bytes of these, and the bound. */
  readonly layersByteLength: number;
  readonly mostLayersByteLength: number;
  /** Times that a tile of the newest run was encoded again. */
  readonly encodedAgain: number;
  /** Most bytes that attention and rollout take while they are computed, and give back; 0 of an encoder without blocks. */
  readonly scratchByteLength: number;
}

export interface StartOptions {
  readonly encoder?: EncoderBackend;
  /** Bytes of hidden states and attention rows that a run may keep; default by the machine's memory. */
  readonly mostLayersByteLength?: number;
  /** Number of the last run of the engine before; the client gives it, so that no two runs of a page share a number. */
  readonly lastRunId?: number;
}

/** What the worker answers; `client.ts` is the page's side of it. */
export interface Engine {
  start(options: StartOptions, onProgress: (progress: Progress) => void): Promise<EngineStatus>;
  /** Reads configurations and headers only. */
  inspect(request: CheckpointRequest): Promise<CheckpointInspection>;
  /** The model before stays in use until the new one is ready; a newer call ends an older one. */
  load(request: LoadRequest, onProgress: (progress: Progress) => void): Promise<ModelReport>;
  /** Ends the load that is under way, which rejects with `load-cancelled`; what was stored of it stays stored. */
  cancelLoad(): Promise<void>;
  /** What is stored of checkpoints. */
  stored(): Promise<StorageReport>;
  deleteStored(key: string): Promise<StorageReport>;
  run(request: RunRequest, onProgress: (progress: Progress) => void): Promise<RunReport>;
  /** Ends the runs that are under way or wait; they reject with `run-cancelled`. */
  cancelRuns(): Promise<void>;
  maps(request: MapRequest): Promise<MapSet>;
  /**
   * Keeps the PCA axes and colour ranges that `request` is answered with, in place of those kept before; of axes by tile
   * those of the first tile. `basis: 'kept'` then puts any run of the same model on them.
   */
  keepAxes(request: MapRequest): Promise<KeptAxesReport>;
  /** @throws TokenLensError `tensor-unavailable` for an exported encoder. */
  layerChanges(request: LayerChangesRequest): Promise<LayerChanges>;
  /** @throws TokenLensError `invalid-argument` for a tile that does not exist. */
  reductionFigures(request: TileRequest): Promise<ReductionFigures>;
  /** @throws TokenLensError `tensor-unavailable` without a connector, or when its model is no longer loaded. */
  featureScaleEffect(request: TileRequest): Promise<FeatureScaleEffect>;
  /** @throws TokenLensError `tensor-unavailable` without a connector. */
  connectorMaps(request: ConnectorMapsRequest): Promise<ConnectorMaps>;
  /** @throws TokenLensError `tensor-unavailable` without a connector, `invalid-argument` for the class token. */
  connectorToken(request: { readonly runId: number; readonly selection: Selection }): Promise<ConnectorToken>;
  /** @throws TokenLensError `invalid-argument` for a run that is no longer kept, `tensor-unavailable` for a stage that one of them lacks. */
  compare(request: CompareRequest): Promise<Comparison>;
  tensor(name: TensorName, request: TensorRequest): Promise<TensorCopy>;
  status(): Promise<EngineStatus>;
}
