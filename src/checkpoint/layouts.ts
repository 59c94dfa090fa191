import { elementCount, type Shape } from '#tensor/shape.ts';
import type { VisionConfig } from './config.ts';
import type { ConfigReader } from './config-reader.ts';

/** How a checkpoint names and keeps its tensors. */
export type Layout = (typeof layouts)[number];
const layouts = ['internvit', 'internvl-chat', 'internvl-hf', 'internvl-vision', 'vita'] as const;

/** Where one weight of the app is found in a checkpoint, and what it must look like there. */
export interface WeightPlan {
  /** The app's own name, e.g. `blocks.0.attention.q.weight`. */
  readonly name: string;
  /** As the app uses it. */
  readonly shape: Shape;
  /** Name of the tensor in the file. */
  readonly tensor: string;
  /** As it must be in the file. */
  readonly storedShape: Shape;
  /** First element within that tensor. */
  readonly firstElement: number;
}

/** An encoder's tensors: where they begin, and whether q, k and v are one tensor (InternViT) or three (transformers). */
export interface EncoderLayout {
  readonly layout: Layout;
  readonly prefix: string;
  readonly naming: 'fused' | 'split';
}

/** A connector's tensors: prefix and names of its LayerNorm, if it has one, and of its two linear layers. */
export interface ConnectorLayout {
  readonly layout: Layout;
  readonly prefix: string;
  readonly norm: string | null;
  readonly fc1: string;
  readonly fc2: string;
}

const encoderLayouts: readonly EncoderLayout[] = [
  { layout: 'internvit', prefix: '', naming: 'fused' },
  { layout: 'internvl-chat', prefix: 'vision_model.', naming: 'fused' },
  { layout: 'internvl-hf', prefix: 'vision_tower.', naming: 'split' },
  { layout: 'internvl-hf', prefix: 'model.vision_tower.', naming: 'split' },
  { layout: 'internvl-vision', prefix: '', naming: 'split' },
  { layout: 'vita', prefix: 'model.vision_tower.vision_tower.', naming: 'fused' },
];

const hfConnector = { layout: 'internvl-hf', norm: 'layer_norm', fc1: 'linear_1', fc2: 'linear_2' } as const;

const connectorLayouts: readonly ConnectorLayout[] = [
  { layout: 'internvl-chat', prefix: 'mlp1.', norm: '0', fc1: '1', fc2: '3' },
  { ...hfConnector, prefix: 'multi_modal_projector.' },
  { ...hfConnector, prefix: 'model.multi_modal_projector.' },
  { layout: 'vita', prefix: 'model.mm_projector.', norm: null, fc1: '0', fc2: '2' },
];

/** `model_type` and class names that each layout goes by. */
const families: Readonly<Record<Layout, RegExp>> = {
  internvit: /^(intern_vit|InternVision)/,
  'internvl-chat': /^(internvl_chat|InternVLChat)/,
  'internvl-hf': /^(internvl|InternVLModel|InternVLForConditionalGeneration)$/,
  'internvl-vision': /^(internvl_vision|InternVLVisionModel)$/,
  vita: /^vita/i,
};

function modelNames(config: ConfigReader): readonly string[] {
  return [...config.strings('model_type'), ...config.strings('architectures')];
}

/** The layout whose family a configuration names; null where it names none, or one that the app does not know. */
export function findFamily(config: ConfigReader): Layout | null {
  const names = modelNames(config);
  return layouts.find((layout) => names.some((name) => families[layout].test(name))) ?? null;
}

/** Whether a configuration may describe `layout`: one that names no model at all leaves it to the tensors. */
function belongsTo(config: ConfigReader, layout: Layout): boolean {
  return modelNames(config).length === 0 || findFamily(config) === layout;
}

/** Tensors that no other kind of encoder has, below the prefix. */
const encoderMarks: Readonly<Record<EncoderLayout['naming'], RegExp>> = {
  fused: /^encoder\.layers\.\d+\.(attn\.|ls[12]$)/,
  split: /^encoder\.layer\.\d+\.(attention\.[qkv]_proj\.|lambda_[12]$)/,
};

/** The encoder layout that both the configuration and the tensors' names fit; null where there is none. */
export function findEncoderLayout(config: ConfigReader, tensors: readonly string[]): EncoderLayout | null {
  const fits = ({ layout, prefix, naming }: EncoderLayout) =>
    belongsTo(config, layout) &&
    tensors.some((tensor) => tensor.startsWith(prefix) && encoderMarks[naming].test(tensor.slice(prefix.length)));
  return encoderLayouts.find(fits) ?? null;
}

/** The connector layout that both the configuration and the tensors' names fit; null where there is none. */
export function findConnectorLayout(config: ConfigReader, tensors: readonly string[]): ConnectorLayout | null {
  const fits = ({ layout, prefix }: ConnectorLayout) =>
    belongsTo(config, layout) && tensors.some((tensor) => tensor.startsWith(prefix));
  return connectorLayouts.find(fits) ?? null;
}

/** The connector that belongs to an encoder which a checkpoint keeps beside others; null for an encoder alone. */
export function connectorBeside({ layout, prefix }: EncoderLayout): ConnectorLayout | null {
  const isBelowModel = (name: string) => name.startsWith('model.');
  const belongs = (connector: ConnectorLayout) =>
    connector.layout === layout && isBelowModel(connector.prefix) === isBelowModel(prefix);
  return prefix === '' ? null : (connectorLayouts.find(belongs) ?? null);
}

function plan(name: string, tensor: string, shape: Shape, storedShape = shape, firstElement = 0): WeightPlan {
  return { name, tensor, shape, storedShape, firstElement };
}

function* planLinear(name: string, tensor: string, outputs: number, inputs: number, bias = true) {
  yield plan(`${name}.weight`, `${tensor}.weight`, [outputs, inputs]);
  if (bias) yield plan(`${name}.bias`, `${tensor}.bias`, [outputs]);
}

function* planNorm(name: string, tensor: string, size: number, bias = true) {
  yield plan(`${name}.weight`, `${tensor}.weight`, [size]);
  if (bias) yield plan(`${name}.bias`, `${tensor}.bias`, [size]);
}

/** q, k and v as the three thirds of the rows of one tensor. */
function* planFusedQkv(name: string, tensor: string, { hiddenSize, qkvBias }: VisionConfig) {
  for (const [index, part] of ['q', 'k', 'v'].entries()) {
    const rows = (shape: Shape, kind: string) =>
      plan(
        `${name}.${part}.${kind}`,
        `${tensor}.${kind}`,
        shape,
        [3 * hiddenSize, ...shape.slice(1)],
        index * elementCount(shape),
      );
    yield rows([hiddenSize, hiddenSize], 'weight');
    if (qkvBias) yield rows([hiddenSize], 'bias');
  }
}

function* planSplitQkv(name: string, tensor: string, { hiddenSize, qkvBias }: VisionConfig) {
  for (const part of ['q', 'k', 'v']) {
    yield* planLinear(`${name}.${part}`, `${tensor}.${part}_proj`, hiddenSize, hiddenSize, qkvBias);
  }
}

interface EncoderNames {
  readonly classToken: string;
  readonly patch: string;
  readonly position: string;
  readonly blocks: string;
  readonly attention: string;
  readonly out: string;
  readonly norm1: string;
  readonly norm2: string;
  readonly scale1: string;
  readonly scale2: string;
  readonly norm: string;
}

const encoderNames: Readonly<Record<EncoderLayout['naming'], EncoderNames>> = {
  fused: {
    classToken: 'embeddings.class_embedding',
    patch: 'embeddings.patch_embedding',
    position: 'embeddings.position_embedding',
    blocks: 'encoder.layers',
    attention: 'attn',
    out: 'proj',
    norm1: 'norm1',
    norm2: 'norm2',
    scale1: 'ls1',
    scale2: 'ls2',
    // Published InternViT has none: the name is what transformers calls it.
    norm: 'layernorm',
  },
  split: {
    classToken: 'embeddings.cls_token',
    patch: 'embeddings.patch_embeddings.projection',
    position: 'embeddings.position_embeddings',
    blocks: 'encoder.layer',
    attention: 'attention',
    out: 'projection_layer',
    norm1: 'layernorm_before',
    norm2: 'layernorm_after',
    scale1: 'lambda_1',
    scale2: 'lambda_2',
    norm: 'layernorm',
  },
};

/**
 * The weights of an encoder, in the app's names and PyTorch's layout ([outputs, inputs]): `embeddings.class` [C],
 * `embeddings.patch.weight` [C, 3 * P * P] and `.bias` [C], `embeddings.position` [1 + patches, C] where they are added; per
 * block n from 0 `blocks.n.` with `norm1`, `norm2` (`.weight`, and `.bias` unless RMS norm) [C], `attention.q|k|v|out`,
 * `attention.qNorm|kNorm.weight` [C] with qk normalisation, `mlp.fc1` [I, C], `mlp.fc2` [C, I], `scale1`, `scale2` [C];
 * `norm` [C] where one follows the last block.
 * It is made as it is walked: a configuration that claims a billion layers fails at the first that is not there.
 */
export function* planEncoder({ prefix, naming }: EncoderLayout, vision: VisionConfig): Generator<WeightPlan> {
  const names = encoderNames[naming];
  const { hiddenSize, intermediateSize, patchSize, positionImageSize } = vision;
  const patch = [3, patchSize, patchSize];
  yield plan('embeddings.class', prefix + names.classToken, [hiddenSize], [1, 1, hiddenSize]);
  yield plan(
    'embeddings.patch.weight',
    `${prefix}${names.patch}.weight`,
    [hiddenSize, elementCount(patch)],
    [hiddenSize, ...patch],
  );
  yield plan('embeddings.patch.bias', `${prefix}${names.patch}.bias`, [hiddenSize]);
  if (vision.positionEmbeddings) {
    const positions = [Math.floor(positionImageSize / patchSize) ** 2 + 1, hiddenSize];
    yield plan('embeddings.position', prefix + names.position, positions, [1, ...positions]);
  }

  const normBias = vision.normType === 'layer_norm';
  for (let index = 0; index < vision.layers; index += 1) {
    const name = `blocks.${index}`;
    const tensor = `${prefix}${names.blocks}.${index}`;
    const attention = `${tensor}.${names.attention}`;
    yield* planNorm(`${name}.norm1`, `${tensor}.${names.norm1}`, hiddenSize, normBias);
    if (naming === 'fused') yield* planFusedQkv(`${name}.attention`, `${attention}.qkv`, vision);
    else yield* planSplitQkv(`${name}.attention`, attention, vision);
    if (vision.qkNormalization) {
      yield* planNorm(`${name}.attention.qNorm`, `${attention}.q_norm`, hiddenSize, false);
      yield* planNorm(`${name}.attention.kNorm`, `${attention}.k_norm`, hiddenSize, false);
    }
    yield* planLinear(`${name}.attention.out`, `${attention}.${names.out}`, hiddenSize, hiddenSize);
    yield plan(`${name}.scale1`, `${tensor}.${names.scale1}`, [hiddenSize]);
    yield* planNorm(`${name}.norm2`, `${tensor}.${names.norm2}`, hiddenSize, normBias);
    yield* planLinear(`${name}.mlp.fc1`, `${tensor}.mlp.fc1`, intermediateSize, hiddenSize);
    yield* planLinear(`${name}.mlp.fc2`, `${tensor}.mlp.fc2`, hiddenSize, intermediateSize);
    yield plan(`${name}.scale2`, `${tensor}.${names.scale2}`, [hiddenSize]);
  }
  if (vision.finalNorm) yield* planNorm('norm', `${prefix}${names.norm}`, hiddenSize);
}

/** Sizes of a connector: [tokens, `inputSize`] become [tokens, `outputSize`]. */
export interface ConnectorSizes {
  /** Width of a shuffled token: C for each patch that it is made of, 4C where the shuffle folds 2x2. */
  readonly inputSize: number;
  /** Width between the two linear layers. */
  readonly hiddenSize: number;
  /** Width D of the language model's embeddings. */
  readonly outputSize: number;
}

/** Names in the file of the two linear layers' weights, [H, `inputSize`] and [D, H], which alone tell H and D. */
export function connectorLinearTensors({ prefix, fc1, fc2 }: ConnectorLayout): { fc1: string; fc2: string } {
  return { fc1: `${prefix}${fc1}.weight`, fc2: `${prefix}${fc2}.weight` };
}

/** The weights of a connector: `connector.norm` [4C] where it has one, `connector.fc1` [H, 4C] (C for each patch of a token), `connector.fc2` [D, H]. */
export function* planConnector(layout: ConnectorLayout, sizes: ConnectorSizes): Generator<WeightPlan> {
  const { prefix, norm, fc1, fc2 } = layout;
  if (norm !== null) yield* planNorm('connector.norm', prefix + norm, sizes.inputSize);
  yield* planLinear('connector.fc1', prefix + fc1, sizes.hiddenSize, sizes.inputSize);
  yield* planLinear('connector.fc2', prefix + fc2, sizes.outputSize, sizes.hiddenSize);
}
