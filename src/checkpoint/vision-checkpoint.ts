import { type ErrorCode, TokenLensError } from '#errors.ts';
import type { Activation } from '#tensor/activation.ts';
import { blockCountOf, createTokenGrid, type TokenGrid } from '#tensor/grid.ts';
import { elementCount, type Shape, shapesEqual } from '#tensor/shape.ts';
import {
  defaultFeatures,
  type FeatureSettings,
  readChatFeatures,
  readHfFeatures,
  readInternVitConfig,
  readInternVlHfConfig,
  readVitaFeatures,
  requireInternVitTower,
  type VisionConfig,
} from './config.ts';
import { type ConfigReader, createConfigReader } from './config-reader.ts';
import { type FloatDtype, floatByteLengths, isFloatDtype } from './dtype.ts';
import { type CheckpointFile, type CheckpointFolder, readJson } from './folder.ts';
import {
  type ConnectorLayout,
  type ConnectorSizes,
  connectorBeside,
  connectorLinearTensors,
  type EncoderLayout,
  findConnectorLayout,
  findEncoderLayout,
  findFamily,
  type Layout,
  planConnector,
  planEncoder,
  type WeightPlan,
} from './layouts.ts';
import {
  type NormalizationSettings,
  type PreprocessingSettings,
  readNormalization,
  readPreprocessing,
} from './preprocessing.ts';
import { suggestEncoder } from './suggest-encoder.ts';
import { openTensorStore, requireNoPage, type StoredTensor, type TensorStore } from './tensor-store.ts';

/** Where the values of one weight lie. */
export interface Weight {
  /** As the app uses it; the file may hold it with axes of 1 around it, or as rows of a fused tensor. */
  readonly shape: Shape;
  readonly dtype: FloatDtype;
  readonly file: CheckpointFile;
  /** First byte in the file. */
  readonly start: number;
  /** Bytes in the file. */
  readonly byteLength: number;
}

export interface ConnectorConfig extends ConnectorSizes {
  /** null: no LayerNorm before the first linear layer. */
  readonly layerNormEps: number | null;
  /** What follows the first linear layer. */
  readonly activation: Activation;
}

/** A checkpoint whose configuration and headers were read and checked; its weights were not read yet. */
export interface VisionCheckpoint extends Pick<FeatureSettings, 'selectLayer' | 'psVersion' | 'featureScale'> {
  /** The connector's, or the encoder's where there is no connector. */
  readonly layout: Layout;
  readonly vision: VisionConfig;
  /** How a tile is cut into tokens. */
  readonly grid: TokenGrid;
  readonly connector: ConnectorConfig | null;
  readonly preprocessing: PreprocessingSettings;
  readonly normalization: NormalizationSettings;
  /** By the names of `layouts.ts`. */
  readonly weights: ReadonlyMap<string, Weight>;
  /** Elements of all weights. */
  readonly parameters: number;
  /** dtypes of the weights, the one with most bytes first: `BF16`, or `BF16, F32`. */
  readonly storedDtype: string;
  /** Bytes of all weights in the files. */
  readonly byteLength: number;
}

/** `nn.LayerNorm`'s own default: both published connectors that have a norm leave it at that. */
const connectorNormEps = 1e-5;

/** A folder with its configuration; `store` is null where it has no weights. */
interface Source {
  readonly folder: CheckpointFolder;
  readonly config: ConfigReader;
  readonly store: TensorStore | null;
}

/** The configuration of `folder`; where there is none, the checkpoints below it are named, as far as they can be found. */
async function openConfig(folder: CheckpointFolder): Promise<CheckpointFile> {
  try {
    return await folder.openRequired('config.json');
  } catch (thrown) {
    if (!(thrown instanceof TokenLensError && thrown.code === 'file-not-found')) throw thrown;
    const below = (await folder.findCheckpoints?.()) ?? [];
    if (below.length === 0) throw thrown;
    const details = { folder: folder.name, folders: below.join(', ') };
    throw new TokenLensError('checkpoint-in-folder', 'checkpoint', details, { cause: thrown });
  }
}

async function openSource(folder: CheckpointFolder): Promise<Source> {
  const file = await openConfig(folder);
  return {
    folder,
    config: createConfigReader(await readJson(file), file.name),
    store: await openTensorStore(folder),
  };
}

/**
 * How the encoder's folder wants images prepared; null where it does not say.
 * Source: `get_image_processor_dict` in image_processing_base.py, https://github.com/huggingface/transformers: newer
 * processors keep it within their own file, which then goes before the other.
 */
async function openPreprocessor(folder: CheckpointFolder): Promise<ConfigReader | null> {
  const processorFile = await folder.open('processor_config.json');
  const processor = processorFile && createConfigReader(await readJson(processorFile), processorFile.name);
  if (processor?.has('image_processor')) return processor.section('image_processor');
  const file = await folder.open('preprocessor_config.json');
  return file && createConfigReader(await readJson(file), file.name);
}

async function requireStore({ folder, store }: Source): Promise<TensorStore> {
  if (store !== null) return store;
  await requireNoPage(folder);
  throw new TokenLensError('checkpoint-no-weights', 'checkpoint', { folder: folder.name });
}

function shapeError(stored: StoredTensor, tensor: string, expected: string): TokenLensError {
  return new TokenLensError('tensor-shape', 'checkpoint', {
    file: stored.file.name,
    tensor,
    actual: stored.shape.join(', '),
    expected,
  });
}

async function locateWeight(store: TensorStore, plan: WeightPlan): Promise<Weight> {
  const stored = await store.locate(plan.tensor);
  if (!shapesEqual(stored.shape, plan.storedShape)) {
    throw shapeError(stored, plan.tensor, plan.storedShape.join(', '));
  }
  const { dtype, file } = stored;
  if (!isFloatDtype(dtype)) {
    throw new TokenLensError('safetensors-dtype', 'checkpoint', { file: file.name, tensor: plan.tensor, dtype });
  }
  const elementByteLength = floatByteLengths[dtype];
  return {
    shape: plan.shape,
    dtype,
    file,
    start: stored.start + plan.firstElement * elementByteLength,
    byteLength: elementCount(plan.shape) * elementByteLength,
  };
}

interface EncoderSource {
  readonly layout: EncoderLayout;
  readonly store: TensorStore;
}

/**
 * An encoder that a VITA checkpoint saved with itself. VITA's loader takes it in place of the published encoder where
 * the configuration says `unfreeze_vision_tower`; here it also serves where the model's folder brings no weights.
 * Source: `load_pretrained_model` in vita/model/builder.py, https://github.com/VITA-MLLM/VITA
 */
function findOwnEncoder(connector: Source | null, model: Source): EncoderSource | null {
  if (connector?.store == null) return null;
  const layout = findEncoderLayout(connector.config, connector.store.names);
  if (layout?.layout !== 'vita') return null;
  const isWanted = model.store === null || connector.config.boolean('unfreeze_vision_tower', false);
  return isWanted ? { layout, store: connector.store } : null;
}

async function findEncoder(model: Source, connector: Source | null): Promise<EncoderSource> {
  const own = findOwnEncoder(connector, model);
  if (own !== null) return own;
  const store = await requireStore(model);
  const layout = findEncoderLayout(model.config, store.names);
  if (layout !== null) return { layout, store };
  if (findConnectorLayout(model.config, store.names)?.layout === 'vita') throw needsEncoder(model);
  throw new TokenLensError('checkpoint-unknown-layout', 'checkpoint', { folder: model.folder.name });
}

function needsEncoder({ folder, config }: Source): TokenLensError {
  requireInternVitTower(config);
  const tower = config.string('mm_vision_tower', '');
  const trainedWith = tower === '' ? 'the InternViT it was trained with' : `the encoder it was trained with (${tower})`;
  const suggestion = suggestEncoder(tower) ?? trainedWith;
  return new TokenLensError('checkpoint-needs-encoder', 'checkpoint', { folder: folder.name, suggestion });
}

/** The vision configuration in a model's folder, whose own family says where it is and how it is written. */
function readVision(model: Source, encoder: EncoderLayout): VisionConfig {
  const { config } = model;
  switch (findFamily(config) ?? encoder.layout) {
    case 'internvit':
      return readInternVitConfig(config);
    case 'internvl-chat':
      return readInternVitConfig(config.section('vision_config'));
    case 'internvl-hf':
      return readInternVlHfConfig(config.section('vision_config'));
    case 'internvl-vision':
      return readInternVlHfConfig(config);
    case 'vita':
      if (!config.has('vision_config')) throw needsEncoder(model);
      return readInternVitConfig(config.section('vision_config'));
  }
}

interface ConnectorSource {
  readonly layout: ConnectorLayout;
  readonly store: TensorStore;
  readonly config: ConfigReader;
}

/**
 * The connector in its own folder, or else in the model's; null for an encoder alone. A file that should hold one beside its
 * encoder and does not is not taken for an encoder alone: its tensors are missing.
 */
async function findConnector(
  model: Source,
  connector: Source | null,
  encoder: EncoderSource,
): Promise<ConnectorSource | null> {
  const { store, config } = connector ?? model;
  const layout = store === null ? null : findConnectorLayout(config, store.names);
  if (store !== null && layout !== null) return { layout, store, config };
  if (connector === null) {
    const expected = connectorBeside(encoder.layout);
    return expected && { layout: expected, store: encoder.store, config };
  }
  if (connector.store === null) await requireNoPage(connector.folder);
  throw new TokenLensError('checkpoint-no-connector', 'checkpoint', { folder: connector.folder.name });
}

async function readConnectorSizes({ layout, store }: ConnectorSource, inputSize: number): Promise<ConnectorSizes> {
  const tensors = connectorLinearTensors(layout);
  const rowsOf = async (tensor: string, columns: number) => {
    const stored = await store.locate(tensor);
    const [rows, actualColumns] = stored.shape;
    if (stored.shape.length !== 2 || rows === undefined || actualColumns !== columns) {
      throw shapeError(stored, tensor, `any, ${columns}`);
    }
    return rows;
  };
  const hiddenSize = await rowsOf(tensors.fc1, inputSize);
  return { inputSize, hiddenSize, outputSize: await rowsOf(tensors.fc2, hiddenSize) };
}

function readFeatures({ layout: { layout }, config }: ConnectorSource, layers: number): FeatureSettings {
  if (layout === 'vita') return readVitaFeatures(config, layers);
  return layout === 'internvl-hf' ? readHfFeatures(config, layers) : readChatFeatures(config, layers);
}

function describeDtypes(weights: Iterable<Weight>): string {
  const byteLengths = new Map<FloatDtype, number>();
  for (const { dtype, byteLength } of weights) byteLengths.set(dtype, (byteLengths.get(dtype) ?? 0) + byteLength);
  return [...byteLengths]
    .sort(([, a], [, b]) => b - a)
    .map(([dtype]) => dtype)
    .join(', ');
}

/** What was found of a checkpoint, all of it or not. */
export interface ExaminedCheckpoint {
  /** `weights` holds what was found; with problems it is not to be run. */
  readonly checkpoint: VisionCheckpoint;
  /** Tensors that are missing, or have another shape or dtype than is needed. */
  readonly problems: readonly TokenLensError[];
  /** The tensors that were looked for, and where. */
  readonly parts: readonly CheckpointPart[];
}

/** The encoder or the connector of a checkpoint. */
export interface CheckpointPart {
  readonly store: TensorStore;
  /** What the names of all its tensors begin with. */
  readonly prefix: string;
  /** Names in the store of the tensors it needs. */
  readonly tensors: ReadonlySet<string>;
}

const tensorProblems: readonly ErrorCode[] = ['tensor-missing', 'tensor-shape', 'safetensors-dtype'];

/**
 * Does what `openCheckpoint` does, but goes on after a tensor that is missing or cannot be used, until there are
 * `maxProblems` of them.
 * @throws what `openCheckpoint` throws that is not about one tensor
 */
export async function examineCheckpoint(
  model: CheckpointFolder,
  connector: CheckpointFolder | null,
  maxProblems: number,
): Promise<ExaminedCheckpoint> {
  const modelSource = await openSource(model);
  const connectorSource = connector === null ? null : await openSource(connector);

  const encoder = await findEncoder(modelSource, connectorSource);
  const own = readVision(modelSource, encoder.layout);
  const found = await findConnector(modelSource, connectorSource, encoder);
  const features = found === null ? defaultFeatures(own.layers) : readFeatures(found, own.layers);
  const { selectLayer, psVersion, featureScale, shuffleFactor, forcedImageSize, connectorActivation } = features;
  const vision = { ...own, imageSize: forcedImageSize ?? own.imageSize };
  const grid = createTokenGrid({ ...vision, shuffleFactor });

  const layout = found?.layout.layout ?? encoder.layout.layout;
  // InternVL chat's own callers read no such file.
  const preprocessor = layout === 'internvl-chat' ? null : await openPreprocessor(model);

  const problems: TokenLensError[] = [];
  const attempt = async <Found>(work: Promise<Found>): Promise<Found | null> => {
    try {
      return await work;
    } catch (thrown) {
      if (!(thrown instanceof TokenLensError && tensorProblems.includes(thrown.code))) throw thrown;
      problems.push(thrown);
      return null;
    }
  };
  const weights = new Map<string, Weight>();
  const locateAll = async (
    store: TensorStore,
    prefix: string,
    plans: Iterable<WeightPlan>,
  ): Promise<CheckpointPart> => {
    const tensors = new Set<string>();
    const unusable = new Set<string>();
    for (const plan of plans) {
      if (problems.length >= maxProblems) break;
      tensors.add(plan.tensor);
      // Three weights are cut from a fused tensor; where it is missing, it is missing once.
      const weight = unusable.has(plan.tensor) ? null : await attempt(locateWeight(store, plan));
      if (weight === null) unusable.add(plan.tensor);
      else weights.set(plan.name, weight);
    }
    return { store, prefix, tensors };
  };

  const parts = [await locateAll(encoder.store, encoder.layout.prefix, planEncoder(encoder.layout, vision))];
  let connectorConfig: ConnectorConfig | null = null;
  if (found !== null && problems.length < maxProblems) {
    const { prefix, norm } = found.layout;
    // Without the linear layers the sizes of a connector are not known, nor what else it needs.
    const sizes = await attempt(readConnectorSizes(found, blockCountOf(grid) * vision.hiddenSize));
    if (sizes !== null) {
      parts.push(await locateAll(found.store, prefix, planConnector(found.layout, sizes)));
      const layerNormEps = norm === null ? null : connectorNormEps;
      connectorConfig = { ...sizes, layerNormEps, activation: connectorActivation };
    }
  }

  const all = [...weights.values()];
  const checkpoint = {
    layout,
    vision,
    grid,
    selectLayer,
    psVersion,
    featureScale,
    connector: connectorConfig,
    preprocessing: readPreprocessing(layout, found !== null, found?.config ?? modelSource.config, preprocessor),
    normalization: readNormalization(layout, preprocessor, grid),
    weights,
    parameters: all.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    storedDtype: describeDtypes(all),
    byteLength: all.reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
  return { checkpoint, problems, parts };
}

/**
 * Reads and checks the configurations and headers of a model and, where it keeps its connector in a folder apart
 * (VITA), of the connector; no weight is read. The folder that holds the connector says which hidden state goes on and
 * how it is scaled and shuffled.
 * @throws file-not-found, checkpoint-in-folder, file-is-html, json-invalid, config-invalid, config-unsupported, grid-uneven,
 * checkpoint-no-weights, checkpoint-unknown-layout, checkpoint-needs-encoder, checkpoint-no-connector, tensor-missing, tensor-shape,
 * safetensors-dtype, and what `openTensorStore` throws
 */
export async function openCheckpoint(
  model: CheckpointFolder,
  connector: CheckpointFolder | null,
): Promise<VisionCheckpoint> {
  const { checkpoint, problems } = await examineCheckpoint(model, connector, 1);
  if (problems[0] !== undefined) throw problems[0];
  return checkpoint;
}
