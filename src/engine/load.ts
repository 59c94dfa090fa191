import { readWeights } from '#checkpoint/read-weights.ts';
import { openCheckpoint, type VisionCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import type { ConnectorWeights } from '#connector/connector.ts';
import { createEncoderSession, type EncoderSession, type EncoderTarget } from '#encoder/encoder-session.ts';
import { asTokenLensError, reasonOf, TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { WeightTensor } from '#gpu/kernel.ts';
import { imagenetNormalization, type Normalization } from '#image/normalize/normalize.ts';
import type { AttentionForm } from '#onnx/attention.ts';
import { checkExportedEncoder, lastHiddenStateName } from '#onnx/exported-encoder.ts';
import { classAttentionName, type GraphForm, hiddenStateName, writeVisionGraph } from '#onnx/vision-graph.ts';
import { publishedGrid } from '#tensor/grid.ts';
import type { BackendChoice } from './backend.ts';
import { BlockInspector } from './block-inspector.ts';
import { type CheckpointSources, openSources, type SourceContext } from './checkpoint-sources.ts';
import { uploadStored } from './connector-weights.ts';
import { measurePrecision } from './measure-precision.ts';
import { describeTarget, requireFit, settlePrecision } from './precision-fit.ts';
import type {
  CheckpointRequest,
  EncoderBackend,
  EncoderPrecision,
  LoadRequest,
  LocalFile,
  ModelReport,
  PrecisionReport,
  Progress,
} from './protocol.ts';
import { settleSession } from './settle-session.ts';
import { TransferMeter } from './transfer-meter.ts';
import { WeightPool } from './weight-pool.ts';

/** A model ready to run: the session, the connector's weights on the GPU, and what both need to know. */
export interface LoadedModel {
  readonly report: ModelReport;
  readonly choice: BackendChoice;
  readonly session: EncoderSession;
  /** Names of the session's hidden states, embeddings first; an exported encoder has its last one only. */
  readonly hiddenStates: readonly string[];
  /** Name of the hidden state that goes on. */
  readonly selected: string;
  /** Names of the class-attention rows, block 1 first; none for an exported encoder. */
  readonly classAttention: readonly string[];
  readonly normalization: Normalization;
  /** Computes what the encoder keeps to itself; null for an exported one. */
  readonly inspector: BlockInspector | null;
  readonly connector: {
    readonly config: NonNullable<VisionCheckpoint['connector']>;
    readonly weights: ConnectorWeights;
  } | null;
  /** Frees the session and the connector's weights. */
  release(): Promise<void>;
  isReleased(): boolean;
}

export interface LoadContext {
  readonly gpu: Gpu;
  /** null: no graph form is right on this device. */
  readonly attention: AttentionForm | null;
  readonly choice: BackendChoice;
  readonly cache: SourceContext['cache'];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A model whose weights are here. */
export interface StagedModel {
  /**
   * Compiles it; to be called once, when nothing else uses the runtime.
   * @throws TokenLensError of the graph and encoder stages, `load-cancelled`.
   */
  finish(): Promise<LoadedModel>;
  /** Lets go of the weights instead. */
  discard(): void;
}

/** The progress of a download is told no more often than this. */
const progressIntervalMs = 100;

/**
 * Brings the weights of what `request` names here; the model in use is not touched, and can run meanwhile.
 *
 * @throws TokenLensError of the checkpoint and graph stages.
 */
export async function stageModel(request: LoadRequest, context: LoadContext): Promise<StagedModel> {
  context.onProgress({ operation: 'load', phase: 'reading-header', fraction: null });
  const { model } = request;
  return model instanceof File ? stageExported(model, context) : stageCheckpoint({ ...request, model }, context);
}

type CheckpointLoadRequest = LoadRequest & { readonly model: string | readonly LocalFile[] };

async function stageCheckpoint(request: CheckpointLoadRequest, context: LoadContext): Promise<StagedModel> {
  const { gpu, attention, choice, signal } = context;
  const meter = new TransferMeter();
  let notice: TokenLensError | null = null;
  const onFull = (full: TokenLensError) => {
    notice = full;
  };
  const sources = await openSources(request, { ...context, onFull, onBytes: (byteLength) => meter.add(byteLength) });
  const checkpoint = await openCheckpoint(sources.model, sources.connector);
  const requested = request.precision ?? 'float32';
  const settled = settlePrecision(requested, {
    backend: choice.backend,
    hasShaderF16: gpu.device.features.has('shader-f16'),
  });
  const checkFit = (precision: EncoderPrecision, backend: EncoderBackend) =>
    requireFit(checkpoint, precision, describeTarget(backend, gpu));
  checkFit(settled.used, choice.backend);
  const form = { attention: attention ?? ('multi-head-attention' as const), precision: settled.used };
  const connectorTensors = new Map<string, WeightTensor>();
  const discard = () => {
    for (const { buffer } of connectorTensors.values()) buffer.destroy();
  };

  const readInto = (pool: WeightPool, names: readonly string[]) =>
    readWeights(
      checkpoint,
      names,
      (weight) => {
        if (!pool.take(weight)) connectorTensors.set(weight.name, uploadStored(gpu, weight));
      },
      throttle((done, total) =>
        context.onProgress({
          operation: 'load',
          phase: 'downloading',
          fraction: done / total,
          transfer: meter.report(done, total),
        }),
      ),
      signal,
    );

  let prepared: PreparedEncoder;
  try {
    prepared = prepareEncoder(checkpoint, form, context);
    const transfer = meter.report(0, checkpoint.byteLength);
    context.onProgress({ operation: 'load', phase: 'downloading', fraction: 0, transfer });
    await readInto(prepared.pool, [...checkpoint.weights.keys()]);
  } catch (thrown) {
    discard();
    throw thrown;
  }

  return {
    discard() {
      prepared.pool.clear();
      discard();
    },
    async finish() {
      /** The encoder with weights read anew: what another session has read is gone. */
      const openAgain = async (precision: EncoderPrecision, target: EncoderTarget) => {
        checkFit(precision, target.backend);
        const again = prepareEncoder(checkpoint, { ...form, precision }, context);
        await readInto(again.pool, again.pool.names);
        return again.open(target);
      };
      const open = async (precision: EncoderPrecision, target: EncoderTarget) => {
        if (precision !== settled.used || !prepared.pool.isFull) return openAgain(precision, target);
        checkFit(precision, target.backend);
        return prepared.open(target);
      };
      try {
        throwIfCancelled(signal);
        const opened = await openOnBackend(settled.used, context, open);
        const target = targetOf(opened.choice, gpu);
        const { session, precision } = await settleSession(opened.session, {
          requested,
          settled,
          backend: target.backend,
          signal,
          measure: (used) =>
            measurePrecision({
              precision: used,
              session: opened.session,
              checkpoint,
              target,
              attention: form.attention,
              gpu,
              image: request.checkImage,
              signal,
              onProgress: context.onProgress,
            }),
          openFloat32: () => openAgain('float32', target),
        });
        const inspector = new BlockInspector(checkpoint, gpu, target, form.attention);
        return {
          report: reportCheckpoint(sources, checkpoint, precision, notice),
          choice: opened.choice,
          session,
          ...describeOutputs(checkpoint),
          inspector,
          normalization: checkpoint.normalization,
          connector: checkpoint.connector && {
            config: checkpoint.connector,
            weights: collectConnector(connectorTensors, checkpoint.connector.layerNormEps !== null),
          },
          ...releasable(async () => {
            discard();
            await inspector.release();
            await session.release();
          }),
        };
      } catch (thrown) {
        discard();
        throw thrown;
      } finally {
        prepared.pool.clear();
      }
    },
  };
}

/** The encoder's graph and the place where its weights wait. */
interface PreparedEncoder {
  readonly pool: WeightPool;
  open(target: EncoderTarget): Promise<EncoderSession>;
}

function prepareEncoder(checkpoint: VisionCheckpoint, form: GraphForm, { onProgress }: LoadContext): PreparedEncoder {
  const graph = writeVisionGraph(checkpoint.vision, form);
  const tell = throttle((done, total) =>
    onProgress({ operation: 'load', phase: 'converting', fraction: done / total }),
  );
  const pool = new WeightPool(graph, tell);
  return {
    pool,
    async open(target) {
      onProgress({ operation: 'load', phase: 'compiling', fraction: null });
      const session = await createEncoderSession({ model: graph.model, weights: pool.sources() }, target);
      pool.clear();
      return session;
    },
  };
}

interface OpenedEncoder {
  readonly session: EncoderSession;
  readonly choice: BackendChoice;
}

/** Opens for the chosen backend; where WebGPU fails, for WASM, and says so. */
async function openOnBackend(
  precision: EncoderPrecision,
  { gpu, choice }: Pick<LoadContext, 'gpu' | 'choice'>,
  open: (precision: EncoderPrecision, target: EncoderTarget) => Promise<EncoderSession>,
): Promise<OpenedEncoder> {
  try {
    return { session: await open(precision, targetOf(choice, gpu)), choice };
  } catch (thrown) {
    if (choice.backend === 'wasm') throw asTokenLensError(thrown, 'encoder');
    const { used } = settlePrecision(precision, { backend: 'wasm', hasShaderF16: false });
    const session = await open(used, { backend: 'wasm' });
    return { session, choice: { backend: 'wasm', reason: 'webgpu-failed', failure: reasonOf(thrown) } };
  }
}

function targetOf({ backend }: BackendChoice, gpu: Gpu): EncoderTarget {
  return backend === 'webgpu' ? { backend, gpu } : { backend };
}

function describeOutputs({ vision, selectLayer }: VisionCheckpoint) {
  const layers = Array.from({ length: vision.layers }, (_, index) => index + 1);
  return {
    hiddenStates: [0, ...layers].map(hiddenStateName),
    selected: hiddenStateName(selectLayer),
    classAttention: layers.map(classAttentionName),
  };
}

function releasable(release: () => Promise<void>): Pick<LoadedModel, 'release' | 'isReleased'> {
  let isReleased = false;
  return {
    release() {
      isReleased = true;
      return release();
    },
    isReleased: () => isReleased,
  };
}

async function stageExported(file: File, context: LoadContext): Promise<StagedModel> {
  const model = new Uint8Array(await file.arrayBuffer());
  const parameters = checkExportedEncoder(model, file.name);
  return {
    discard() {},
    async finish() {
      context.onProgress({ operation: 'load', phase: 'compiling', fraction: null });
      const open = (_: EncoderPrecision, target: EncoderTarget) => createEncoderSession({ model }, target);
      const { session, choice } = await openOnBackend('float32', context, open);
      return {
        report: {
          name: file.name,
          connectorName: null,
          revision: null,
          connectorRevision: null,
          hub: null,
          layout: 'onnx',
          hiddenSize: null,
          layers: null,
          heads: null,
          tokenSize: null,
          connector: null,
          selectedLayer: null,
          psVersion: 'v2',
          featureScale: 1,
          grid: publishedGrid,
          parameters,
          storedDtype: 'ONNX',
          precision: { requested: 'float32', used: 'float32', reason: null, check: null },
          preprocessing: { mode: 'single', minTiles: 1, maxTiles: 12, thumbnail: true, source: 'no config.json' },
          notice: null,
        },
        choice,
        session,
        hiddenStates: [lastHiddenStateName],
        selected: lastHiddenStateName,
        classAttention: [],
        inspector: null,
        normalization: imagenetNormalization,
        connector: null,
        ...releasable(() => session.release()),
      };
    },
  };
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new TokenLensError('load-cancelled', 'checkpoint');
}

/** Lets a call through when the last one is long enough ago, and the one that says that all is done. */
function throttle(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const nowMs = performance.now();
    if (done < total && nowMs - toldMs < progressIntervalMs) return;
    toldMs = nowMs;
    tell(done, total);
  };
}

function collectConnector(tensors: ReadonlyMap<string, WeightTensor>, hasNorm: boolean): ConnectorWeights {
  const layer = (name: string) => ({ weight: required(`${name}.weight`), bias: required(`${name}.bias`) });
  const required = (name: string) => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`the connector has no ${name}`);
    return tensor;
  };
  return {
    norm: hasNorm ? layer('connector.norm') : null,
    first: layer('connector.fc1'),
    second: layer('connector.fc2'),
  };
}

function reportCheckpoint(
  { name, connectorName, revision, connectorRevision, hub }: CheckpointSources,
  checkpoint: VisionCheckpoint,
  precision: PrecisionReport,
  notice: TokenLensError | null,
): ModelReport {
  const { layout, vision, grid, connector, selectLayer, psVersion, featureScale, parameters } = checkpoint;
  return {
    name,
    connectorName,
    revision,
    connectorRevision,
    hub,
    layout,
    hiddenSize: vision.hiddenSize,
    layers: vision.layers,
    heads: vision.heads,
    tokenSize: connector?.outputSize ?? null,
    connector: connector && {
      hiddenSize: connector.hiddenSize,
      hasLayerNorm: connector.layerNormEps !== null,
      activation: connector.activation,
    },
    selectedLayer: selectLayer,
    psVersion,
    featureScale,
    grid,
    parameters,
    storedDtype: checkpoint.storedDtype,
    precision,
    preprocessing: checkpoint.preprocessing,
    notice: notice?.toReport() ?? null,
  };
}

/** What a model is asked for by: an exported encoder has no checkpoint to be inspected. */
export function requireCheckpoint(
  request: CheckpointRequest,
): CheckpointRequest & { readonly model: string | readonly LocalFile[] } {
  const { model } = request;
  if (!(model instanceof File)) return { ...request, model };
  const details = { name: 'model', actual: model.name, expected: 'a checkpoint; an .onnx encoder is loaded at once' };
  throw new TokenLensError('invalid-argument', 'checkpoint', details);
}
