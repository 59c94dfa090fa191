import { findBundled, isBundledName } from '#checkpoint/bundled.ts';
import type { CheckpointFolder } from '#checkpoint/folder.ts';
import { openHttpFolder } from '#checkpoint/http-folder.ts';
import { readWeights } from '#checkpoint/read-weights.ts';
import { openCheckpoint, type VisionCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import type { ConnectorWeights } from '#connector/connector.ts';
import {
  createEncoderSession,
  type EncoderModel,
  type EncoderSession,
  type EncoderTarget,
} from '#encoder/encoder-session.ts';
import { asTokenLensError, reasonOf } from '#errors.ts';
import { uploadWeight } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { WeightTensor } from '#gpu/kernel.ts';
import { imagenetNormalization, type Normalization } from '#image/normalize/normalize.ts';
import type { AttentionForm } from '#onnx/attention.ts';
import { checkExportedEncoder, lastHiddenStateName } from '#onnx/exported-encoder.ts';
import type { BuiltGraph } from '#onnx/graph-builder.ts';
import { packWeight } from '#onnx/pack-weights.ts';
import { classAttentionName, hiddenStateName, writeVisionGraph } from '#onnx/vision-graph.ts';
import type { Shape } from '#tensor/shape.ts';
import type { BackendChoice } from './backend.ts';
import type { LoadRequest, ModelReport, Progress } from './protocol.ts';

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
  readonly connector: {
    readonly config: NonNullable<VisionCheckpoint['connector']>;
    readonly weights: ConnectorWeights;
  } | null;
  /** Frees the session and the connector's weights. */
  release(): Promise<void>;
  isReleased(): boolean;
}

type ReadyModel = Omit<LoadedModel, 'isReleased'>;

export interface LoadContext {
  readonly gpu: Gpu;
  /** null: no graph form is right on this device. */
  readonly attention: AttentionForm | null;
  readonly choice: BackendChoice;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Loads what `request` names: reads the checkpoint, writes its graph, compiles it, uploads the connector.
 *
 * @throws TokenLensError of the checkpoint, graph and encoder stages.
 */
export async function loadModel(request: LoadRequest, context: LoadContext): Promise<LoadedModel> {
  const loaded = await (typeof request.model === 'string'
    ? loadCheckpoint(request, request.model, context)
    : loadExported(request.model, context));
  let isReleased = false;
  return {
    ...loaded,
    release() {
      isReleased = true;
      return loaded.release();
    },
    isReleased: () => isReleased,
  };
}

async function loadCheckpoint(request: LoadRequest, name: string, context: LoadContext): Promise<ReadyModel> {
  const { gpu, onProgress } = context;
  onProgress({ operation: 'load', phase: 'reading-header', fraction: null });
  const folders = openFolders(name, request.connector);
  const checkpoint = await openCheckpoint(folders.model, folders.connector);
  const { vision, connector } = checkpoint;

  const graph = writeVisionGraph(vision, context.attention ?? 'multi-head-attention');
  const slots = new Map(graph.weights.map((slot) => [slot.name, slot]));
  const block = new Float32Array(graph.weightsByteLength / Float32Array.BYTES_PER_ELEMENT);
  const connectorTensors = new Map<string, WeightTensor>();
  const takeWeight = (weight: string, values: Float32Array, shape: Shape) => {
    const slot = slots.get(weight);
    if (slot) packWeight(slot, values, block);
    else connectorTensors.set(weight, uploadWeight(gpu, weight, shape, 'f32', new Uint8Array(values.buffer)));
  };
  const destroyConnector = () => {
    for (const { buffer } of connectorTensors.values()) buffer.destroy();
  };
  try {
    await readWeights(checkpoint, checkpoint.weights.keys(), takeWeight, (bytesRead, bytesTotal) =>
      onProgress({ operation: 'load', phase: 'downloading', fraction: bytesRead / bytesTotal }),
    );
    onProgress({ operation: 'load', phase: 'compiling', fraction: null });
    const { session, choice } = await compile(describeModel(graph, block), context);
    const layers = Array.from({ length: vision.layers }, (_, index) => index + 1);
    return {
      report: reportCheckpoint(name, request.connector ?? null, checkpoint),
      choice,
      session,
      hiddenStates: [0, ...layers].map(hiddenStateName),
      selected: hiddenStateName(checkpoint.selectLayer),
      classAttention: layers.map(classAttentionName),
      normalization: checkpoint.normalization,
      connector: connector && {
        config: connector,
        weights: collectConnector(connectorTensors, connector.layerNormEps !== null),
      },
      release: async () => {
        destroyConnector();
        await session.release();
      },
    };
  } catch (thrown) {
    destroyConnector();
    throw thrown;
  }
}

async function loadExported(file: File, context: LoadContext): Promise<ReadyModel> {
  context.onProgress({ operation: 'load', phase: 'reading-header', fraction: null });
  const model = new Uint8Array(await file.arrayBuffer());
  const parameters = checkExportedEncoder(model, file.name);
  context.onProgress({ operation: 'load', phase: 'compiling', fraction: null });
  const { session, choice } = await compile({ model }, context);
  return {
    report: {
      name: file.name,
      connectorName: null,
      layout: 'onnx',
      hiddenSize: null,
      layers: null,
      heads: null,
      tokenSize: null,
      selectedLayer: null,
      psVersion: 'v2',
      featureScale: 1,
      parameters,
      storedDtype: 'ONNX',
      preprocessing: { mode: 'single', minTiles: 1, maxTiles: 12, thumbnail: true, source: 'no config.json' },
    },
    choice,
    session,
    hiddenStates: [lastHiddenStateName],
    selected: lastHiddenStateName,
    classAttention: [],
    normalization: imagenetNormalization,
    connector: null,
    release: () => session.release(),
  };
}

function openFolders(
  model: string,
  connector: string | undefined,
): { model: CheckpointFolder; connector: CheckpointFolder | null } {
  const openConnector = () => (connector === undefined ? null : openFolder(connector));
  if (!isBundledName(model)) return { model: openHttpFolder(model), connector: openConnector() };
  const bundled = findBundled(model, { base: self.location.href });
  return { model: bundled.model, connector: openConnector() ?? bundled.connector };
}

function openFolder(name: string): CheckpointFolder {
  return isBundledName(name) ? findBundled(name, { base: self.location.href }).connector : openHttpFolder(name);
}

function describeModel(graph: BuiltGraph, block: Float32Array<ArrayBuffer>): EncoderModel {
  return { model: graph.model, weights: new Uint8Array(block.buffer) };
}

/** Compiles for the chosen backend; where WebGPU fails, for WASM, and says so. */
async function compile(
  model: EncoderModel,
  { gpu, choice }: LoadContext,
): Promise<{ session: EncoderSession; choice: BackendChoice }> {
  const target: EncoderTarget = choice.backend === 'webgpu' ? { backend: 'webgpu', gpu } : { backend: 'wasm' };
  try {
    return { session: await createEncoderSession(model, target), choice };
  } catch (thrown) {
    if (choice.backend === 'wasm') throw asTokenLensError(thrown, 'encoder');
    const session = await createEncoderSession(model, { backend: 'wasm' });
    return { session, choice: { backend: 'wasm', reason: 'webgpu-failed', failure: reasonOf(thrown) } };
  }
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

function reportCheckpoint(name: string, connectorName: string | null, checkpoint: VisionCheckpoint): ModelReport {
  const { layout, vision, connector, selectLayer, psVersion, featureScale, parameters } = checkpoint;
  return {
    name,
    connectorName,
    layout,
    hiddenSize: vision.hiddenSize,
    layers: vision.layers,
    heads: vision.heads,
    tokenSize: connector?.outputSize ?? null,
    selectedLayer: selectLayer,
    psVersion,
    featureScale,
    parameters,
    storedDtype: checkpoint.storedDtype,
    preprocessing: checkpoint.preprocessing,
  };
}
