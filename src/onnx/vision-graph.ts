import type { Activation } from '#tensor/activation.ts';
import type { Shape } from '#tensor/shape.ts';
import { type AttentionForm, type AttentionSize, splitKey, writeMixing, writeSoftmaxRows } from './attention.ts';
import { type BuiltGraph, GraphBuilder, type ValueName } from './graph-builder.ts';
import { type EncoderPrecision, quantizationBlockSize, quantizedBits, quantizedSizes } from './precision.ts';

/** What a vision transformer in InternViT's form is made of. Sizes in channels, images in pixels. */
export interface VisionGraphConfig {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly imageSize: number;
  readonly patchSize: number;
  readonly qkvBias: boolean;
  readonly qkNormalization: boolean;
  /** Epsilon of the q and k norms. */
  readonly qkNormEps: number;
  readonly normType: 'layer_norm' | 'rms_norm';
  readonly layerNormEps: number;
  readonly activation: Activation;
}

/** What the machine decides, not the checkpoint. */
export interface GraphForm {
  readonly attention: AttentionForm;
  readonly precision: EncoderPrecision;
}

/** Names of the graph's inputs and outputs. */
export const pixelValuesName = 'pixel_values';
/** Hidden state `layer`: 0 = embeddings, n = after block n. [1, tokens, C]. */
export const hiddenStateName = (layer: number): ValueName => `hidden_state.${layer}`;
/** Softmax row of the class token in block `layer` (from 1). [heads, tokens]. */
export const classAttentionName = (layer: number): ValueName => `class_attention.${layer}`;

/** Outputs of `writeQueryKeyGraph`. */
export const queryName = 'query';
export const keyName = 'key';

/** The tokens after the attention of block `layer` (from 1) was added, before its MLP. [1, tokens, C]. */
export const afterAttentionName = (layer: number): ValueName => `after_attention.${layer}`;

/** Linear weights lie transposed in the graph ([in, out], as MatMul wants them): torch keeps [out, in]. */
export function isTransposedInGraph(weight: ValueName): boolean {
  return /\.(patch|q|k|v|out|fc1|fc2)\.weight$/.test(weight);
}

/** The two weights that a matrix called `weight` becomes when it is rounded, as MatMulNBits keeps them: [out, in]. */
export const quantizedNames = (weight: ValueName) => ({ values: `${weight}.values`, scales: `${weight}.scales` });

/** The checkpoint's weight that a weight of the graph is made from. */
export function sourceOfWeight(weight: ValueName): string {
  return weight.replace(/\.weight\.(values|scales)$/, '.weight');
}

/**
 * Writes InternViT as an ONNX graph, one tile at a time: `pixel_values` [1, 3, S, S] in, every hidden state and every
 * class-attention row out, f32 all of them. Initializers carry the canonical weight names. Patches are cut by a reshape
 * and multiplied (14x14 convolution, the same sum, is slow or wrong in places on WebGPU).
 *
 * Source: InternVisionModel, https://huggingface.co/OpenGVLab/InternViT-300M-448px (modeling_intern_vit.py).
 */
export function writeVisionGraph(config: VisionGraphConfig, form: GraphForm): BuiltGraph {
  const writing = beginWriting(config, form);
  let hidden = writeEmbeddings(writing);
  for (let layer = 1; layer <= config.layers; layer++) hidden = writeBlock(writing, layer, hidden);
  return writing.graph.build('vision-encoder');
}

/** The embeddings alone: `pixel_values` in, hidden state 0 out. With `writeBlockGraph` the encoder, a block at a time. */
export function writeEmbeddingsGraph(config: VisionGraphConfig, form: GraphForm): BuiltGraph {
  const writing = beginWriting(config, form);
  writeEmbeddings(writing);
  return writing.graph.build('embeddings');
}

/** One block alone: hidden state `layer` - 1 [1, tokens, C] in, hidden state `layer` (from 1) out, f32 both. */
export function writeBlockGraph(config: VisionGraphConfig, form: GraphForm, layer: number): BuiltGraph {
  const writing = beginWriting(config, form);
  const { graph, tokens, channels } = writing;
  const input = graph.input(hiddenStateName(layer - 1), [1, tokens, channels]);
  writeBlock(writing, layer, toElement(writing, input));
  return writing.graph.build('block');
}

/**
 * The queries and keys of one block alone, biased and normed: hidden state `layer` - 1 [1, tokens, C] in, `query` and `key`
 * [1, tokens, C] out, from which attention is computed where it is looked at.
 */
export function writeQueryKeyGraph(config: VisionGraphConfig, form: GraphForm, layer: number): BuiltGraph {
  const writing = beginWriting(config, form);
  const { graph, tokens, channels } = writing;
  const input = toElement(writing, graph.input(hiddenStateName(layer - 1), [1, tokens, channels]));
  const { query, key } = writeQueryAndKey(writing, layer, writeNorm(writing, input, `blocks.${layer - 1}.norm1`));
  for (const [name, value] of Object.entries({ [queryName]: query, [keyName]: key })) {
    graph.output(graph.cast(value, name, 'float32'), [1, tokens, channels]);
  }
  return graph.build('query-key');
}

/** A graph being written, and what all of it depends on. */
interface Writing {
  readonly graph: GraphBuilder;
  readonly config: VisionGraphConfig;
  readonly form: GraphForm;
  /** What the encoder computes in. */
  readonly element: 'float32' | 'float16';
  /** Patches a side. */
  readonly side: number;
  /** Patches and the class token. */
  readonly tokens: number;
  readonly channels: number;
}

function beginWriting(config: VisionGraphConfig, form: GraphForm): Writing {
  const side = config.imageSize / config.patchSize;
  return {
    graph: new GraphBuilder(),
    config,
    form,
    element: form.precision === 'float16' ? 'float16' : 'float32',
    side,
    tokens: side * side + 1,
    channels: config.hiddenSize,
  };
}

/** An f32 value in what the encoder computes in. */
function toElement({ graph, element }: Writing, value: ValueName): ValueName {
  return element === 'float32' ? value : graph.cast(value, `${value}.half`, element);
}

/** Gives tokens out as f32 under `name`, [1, tokens, C]: `write` writes them, under the name that it is handed. */
function writeTokens(writing: Writing, name: ValueName, write: (name: ValueName) => ValueName): ValueName {
  const { graph, element, tokens, channels } = writing;
  const value = write(element === 'float32' ? name : `${name}.computed`);
  if (element !== 'float32') graph.cast(value, name, 'float32');
  graph.output(name, [1, tokens, channels]);
  return value;
}

/** [1, 3, S, S] → [1, tokens, C]: patches × weight + bias, class token in front, position embeddings added. */
function writeEmbeddings(writing: Writing): ValueName {
  const { graph, config, element, side, tokens } = writing;
  const { hiddenSize, imageSize, patchSize } = config;
  const patchValues = 3 * patchSize * patchSize;
  const pixels = toElement(writing, graph.input(pixelValuesName, [1, 3, imageSize, imageSize]));
  const split = graph.node(
    'Reshape',
    [pixels, graph.integers('patches.split_shape', [3, side, patchSize, side, patchSize])],
    'patches.split',
  );
  // [channel, row, y, column, x] → [row, column, channel, y, x]: a patch's values in the order of the conv weight.
  const ordered = graph.node('Transpose', [split], 'patches.ordered', { perm: [1, 3, 0, 2, 4] });
  const patches = graph.node(
    'Reshape',
    [ordered, graph.integers('patches.shape', [1, side * side, patchValues])],
    'patches',
  );
  const embedded = writeLinear(writing, patches, 'embeddings.patch', { inputs: patchValues, outputs: hiddenSize });
  const classToken = graph.weight('embeddings.class', [1, 1, hiddenSize], element);
  const all = graph.node('Concat', [classToken, embedded], 'embeddings.tokens', { axis: 1 });
  const positions = graph.weight('embeddings.position', [1, tokens, hiddenSize], element);
  return writeTokens(writing, hiddenStateName(0), (name) => graph.node('Add', [all, positions], name));
}

/** x + scale1 * attention(norm1(x)), then x + scale2 * mlp(norm2(x)). */
function writeBlock(writing: Writing, layer: number, input: ValueName): ValueName {
  const { graph, config, channels } = writing;
  const { intermediateSize } = config;
  const name = `blocks.${layer - 1}`;
  const attended = writeAttention(writing, layer, writeNorm(writing, input, `${name}.norm1`));
  const scaledAttention = writeScale(writing, attended, `${name}.scale1`);
  const afterAttention = writeTokens(writing, afterAttentionName(layer), (output) =>
    graph.node('Add', [input, scaledAttention], output),
  );

  const normed = writeNorm(writing, afterAttention, `${name}.norm2`);
  const wide = writeMatrix(writing, normed, `${name}.mlp.fc1`, { inputs: channels, outputs: intermediateSize });
  const activated = writeActivation(writing, wide, `${name}.mlp`);
  const narrow = writeMatrix(writing, activated, `${name}.mlp.fc2`, { inputs: intermediateSize, outputs: channels });
  const scaled = writeScale(writing, narrow, `${name}.scale2`);
  return writeTokens(writing, hiddenStateName(layer), (output) => graph.node('Add', [afterAttention, scaled], output));
}

function writeAttention(writing: Writing, layer: number, input: ValueName): ValueName {
  const { graph, config, form, element, tokens, channels } = writing;
  const { heads } = config;
  const name = `blocks.${layer - 1}.attention`;
  const square = { inputs: channels, outputs: channels };
  const { query, key } = writeQueryAndKey(writing, layer, input);
  const value = writeMatrix(writing, input, `${name}.v`, { ...square, hasBias: config.qkvBias });

  const size: AttentionSize = { tokens, heads, headSize: channels / heads };
  writeClassRow(writing, layer, query, key, size);
  const mixed = writeMixing(graph, { query, key, value }, size, form.attention, name, element);
  return writeMatrix(writing, mixed, `${name}.out`, square);
}

/** Queries and keys of normed tokens, [1, tokens, C] each. */
function writeQueryAndKey(writing: Writing, layer: number, input: ValueName) {
  const { config, channels } = writing;
  const name = `blocks.${layer - 1}.attention`;
  const sizes = { inputs: channels, outputs: channels, hasBias: config.qkvBias };
  const project = (which: 'q' | 'k') => writeMatrix(writing, input, `${name}.${which}`, sizes);
  const normalize = (value: ValueName, which: 'qNorm' | 'kNorm') =>
    config.qkNormalization ? writeRmsNorm(writing, value, `${name}.${which}`, config.qkNormEps) : value;
  return { query: normalize(project('q'), 'qNorm'), key: normalize(project('k'), 'kNorm') };
}

/** The class token's softmax rows as an output, computed in f32: it is one row, and it is looked at. */
function writeClassRow(writing: Writing, layer: number, query: ValueName, key: ValueName, size: AttentionSize): void {
  const { graph, element } = writing;
  const { tokens, heads } = size;
  const name = `blocks.${layer - 1}.attention`;
  const toFloat32 = (value: ValueName) =>
    element === 'float32' ? value : graph.cast(value, `${value}.float`, 'float32');
  const bounds = ['start', 'end', 'axis'].map((bound, index) =>
    graph.integers(`${name}.class.${bound}`, [[0, 1, 1][index] ?? 0]),
  );
  const classQuery = graph.node('Slice', [query, ...bounds], `${name}.class`);
  const keyByHead = splitKey(graph, toFloat32(key), size, name);
  const rows = { ...size, rows: 1 };
  const classWeights = writeSoftmaxRows(graph, toFloat32(classQuery), keyByHead, rows, `${name}.class_row`);
  const classRow = graph.node(
    'Reshape',
    [classWeights, graph.integers(`${name}.class_row.shape`, [heads, tokens])],
    classAttentionName(layer),
  );
  graph.output(classRow, [heads, tokens]);
}

interface LinearSizes {
  readonly inputs: number;
  readonly outputs: number;
  readonly hasBias?: boolean;
}

function writeActivation({ graph, config, element }: Writing, input: ValueName, name: string): ValueName {
  const output = `${name}.activated`;
  const gate = (value: ValueName) => graph.node('Mul', [input, graph.node('Sigmoid', [value], `${name}.gate`)], output);
  switch (config.activation) {
    case 'gelu':
      return graph.microsoftNode('Gelu', [input], output);
    case 'gelu_tanh':
      return graph.microsoftNode('FastGelu', [input], output);
    case 'quick_gelu':
      return gate(graph.node('Mul', [input, graph.scalar(`${name}.factor`, 1.702, element)], `${name}.scaled`));
    case 'relu':
      return graph.node('Relu', [input], output);
    case 'silu':
      return gate(input);
  }
}

/** One of a block's six matrices: x W (+ b), W rounded where the precision says so. */
function writeMatrix(writing: Writing, input: ValueName, name: string, sizes: LinearSizes): ValueName {
  const { graph, form } = writing;
  const { inputs, outputs } = sizes;
  const bits = quantizedBits(form.precision);
  if (bits === null) return writeLinear(writing, input, name, sizes);
  const shapes = quantizedSizes(outputs, inputs, bits);
  const names = quantizedNames(`${name}.weight`);
  const product = graph.microsoftNode(
    'MatMulNBits',
    [input, graph.weight(names.values, shapes.values, 'uint8'), graph.weight(names.scales, shapes.scales)],
    `${name}.product`,
    // accuracy_level 1: the products are summed in f32.
    { K: inputs, N: outputs, bits, block_size: quantizationBlockSize, accuracy_level: 1 },
  );
  return writeBias(writing, product, name, sizes);
}

/** x W (+ b), W [in, out]. */
function writeLinear(writing: Writing, input: ValueName, name: string, sizes: LinearSizes): ValueName {
  const { graph, element } = writing;
  const weight = graph.weight(`${name}.weight`, [sizes.inputs, sizes.outputs], element);
  return writeBias(writing, graph.node('MatMul', [input, weight], `${name}.product`), name, sizes);
}

function writeBias({ graph, element }: Writing, product: ValueName, name: string, sizes: LinearSizes): ValueName {
  if (sizes.hasBias === false) return product;
  return graph.node('Add', [product, graph.weight(`${name}.bias`, [sizes.outputs], element)], `${name}.output`);
}

function writeNorm(writing: Writing, input: ValueName, name: string): ValueName {
  const { graph, config, element } = writing;
  const { hiddenSize, layerNormEps, normType } = config;
  if (normType === 'rms_norm') return writeRmsNorm(writing, input, name, layerNormEps);
  const shape: Shape = [hiddenSize];
  return graph.node(
    'LayerNormalization',
    [input, graph.weight(`${name}.weight`, shape, element), graph.weight(`${name}.bias`, shape, element)],
    `${name}.output`,
    { axis: -1, epsilon: { float: layerNormEps } },
  );
}

/** x * rsqrt(mean(x²) + eps) * weight over the whole width: onnxruntime's name for it is SimplifiedLayerNormalization. */
function writeRmsNorm({ graph, channels, element }: Writing, input: ValueName, name: string, eps: number): ValueName {
  const weight = graph.weight(`${name}.weight`, [channels], element);
  return graph.node('SimplifiedLayerNormalization', [input, weight], `${name}.output`, {
    axis: -1,
    epsilon: { float: eps },
  });
}

/** LayerScale: a learned factor a channel. */
function writeScale({ graph, channels, element }: Writing, input: ValueName, name: string): ValueName {
  return graph.node('Mul', [input, graph.weight(name, [channels], element)], `${name}.output`);
}
