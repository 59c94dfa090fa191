import type { Shape } from '#tensor/shape.ts';
import { type AttentionForm, type AttentionSize, splitKey, writeMixing, writeSoftmaxRows } from './attention.ts';
import { type BuiltGraph, GraphBuilder, type ValueName } from './graph-builder.ts';

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
}

/** Names of the graph's inputs and outputs. */
export const pixelValuesName = 'pixel_values';
/** Hidden state `layer`: 0 = embeddings, n = after block n. [1, tokens, C]. */
export const hiddenStateName = (layer: number): ValueName => `hidden_state.${layer}`;
/** Softmax row of the class token in block `layer` (from 1). [heads, tokens]. */
export const classAttentionName = (layer: number): ValueName => `class_attention.${layer}`;

/** Linear weights lie transposed in the graph ([in, out], as MatMul wants them): torch keeps [out, in]. */
export function isTransposedInGraph(weight: ValueName): boolean {
  return /\.(patch|q|k|v|out|fc1|fc2)\.weight$/.test(weight);
}

/**
 * Writes InternViT as an ONNX graph, one tile at a time: `pixel_values` [1, 3, S, S] in, every hidden state and every
 * class-attention row out. Initializers carry the canonical weight names. Patches are cut by a reshape and multiplied
 * (14x14 convolution, the same sum, is slow or wrong in places on WebGPU).
 *
 * Source: InternVisionModel, https://huggingface.co/OpenGVLab/InternViT-300M-448px (modeling_intern_vit.py).
 */
export function writeVisionGraph(config: VisionGraphConfig, attention: AttentionForm): BuiltGraph {
  const graph = new GraphBuilder();
  const side = config.imageSize / config.patchSize;
  const dimensions: Dimensions = { tokens: side * side + 1, channels: config.hiddenSize };

  let hidden = writeEmbeddings(graph, config, side);
  graph.output(hidden, [1, dimensions.tokens, dimensions.channels]);
  for (let layer = 1; layer <= config.layers; layer++) {
    hidden = writeBlock(graph, config, dimensions, attention, layer, hidden);
  }
  return graph.build('vision-encoder');
}

interface Dimensions {
  /** Patches and the class token. */
  readonly tokens: number;
  readonly channels: number;
}

/** [1, 3, S, S] → [1, tokens, C]: patches × weight + bias, class token in front, position embeddings added. */
function writeEmbeddings(graph: GraphBuilder, config: VisionGraphConfig, side: number): ValueName {
  const { hiddenSize, imageSize, patchSize } = config;
  const patchValues = 3 * patchSize * patchSize;
  const pixels = graph.input(pixelValuesName, [1, 3, imageSize, imageSize]);
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
  const embedded = writeLinear(graph, patches, 'embeddings.patch', patchValues, hiddenSize, true);
  const classToken = graph.weight('embeddings.class', [1, 1, hiddenSize]);
  const tokens = graph.node('Concat', [classToken, embedded], 'embeddings.tokens', { axis: 1 });
  const positions = graph.weight('embeddings.position', [1, side * side + 1, hiddenSize]);
  return graph.node('Add', [tokens, positions], hiddenStateName(0));
}

/** x + scale1 * attention(norm1(x)), then x + scale2 * mlp(norm2(x)). */
function writeBlock(
  graph: GraphBuilder,
  config: VisionGraphConfig,
  dimensions: Dimensions,
  form: AttentionForm,
  layer: number,
  input: ValueName,
): ValueName {
  const { tokens, channels } = dimensions;
  const name = `blocks.${layer - 1}`;
  const attended = writeAttention(
    graph,
    config,
    dimensions,
    form,
    layer,
    writeNorm(graph, config, input, `${name}.norm1`),
  );
  const afterAttention = graph.node(
    'Add',
    [input, writeScale(graph, attended, `${name}.scale1`, channels)],
    `${name}.after_attention`,
  );

  const normed = writeNorm(graph, config, afterAttention, `${name}.norm2`);
  const wide = writeLinear(graph, normed, `${name}.mlp.fc1`, channels, config.intermediateSize, true);
  const activated = graph.microsoftNode('Gelu', [wide], `${name}.mlp.gelu`);
  const narrow = writeLinear(graph, activated, `${name}.mlp.fc2`, config.intermediateSize, channels, true);
  const output = graph.node(
    'Add',
    [afterAttention, writeScale(graph, narrow, `${name}.scale2`, channels)],
    hiddenStateName(layer),
  );
  graph.output(output, [1, tokens, channels]);
  return output;
}

function writeAttention(
  graph: GraphBuilder,
  config: VisionGraphConfig,
  { tokens, channels }: Dimensions,
  form: AttentionForm,
  layer: number,
  input: ValueName,
): ValueName {
  const { heads } = config;
  const headSize = channels / heads;
  const name = `blocks.${layer - 1}.attention`;
  const project = (which: 'q' | 'k' | 'v') =>
    writeLinear(graph, input, `${name}.${which}`, channels, channels, config.qkvBias);
  const normalize = (value: ValueName, which: 'qNorm' | 'kNorm') =>
    config.qkNormalization ? writeRmsNorm(graph, value, `${name}.${which}`, channels, config.qkNormEps) : value;
  const query = normalize(project('q'), 'qNorm');
  const key = normalize(project('k'), 'kNorm');
  const value = project('v');

  const size: AttentionSize = { tokens, heads, headSize };
  const parts = { query, key, value };
  const classQuery = graph.node(
    'Slice',
    [
      query,
      graph.integers(`${name}.class.start`, [0]),
      graph.integers(`${name}.class.end`, [1]),
      graph.integers(`${name}.class.axis`, [1]),
    ],
    `${name}.class`,
  );
  const keyByHead = splitKey(graph, key, size, name);
  const classWeights = writeSoftmaxRows(graph, classQuery, keyByHead, { ...size, rows: 1 }, `${name}.class_row`);
  const classRow = graph.node(
    'Reshape',
    [classWeights, graph.integers(`${name}.class_row.shape`, [heads, tokens])],
    classAttentionName(layer),
  );
  graph.output(classRow, [heads, tokens]);
  const mixed = writeMixing(graph, parts, size, form, name);
  return writeLinear(graph, mixed, `${name}.out`, channels, channels, true);
}

/** x W (+ b), W [in, out]. */
function writeLinear(
  graph: GraphBuilder,
  input: ValueName,
  name: string,
  inputSize: number,
  outputSize: number,
  hasBias: boolean,
): ValueName {
  const product = graph.node(
    'MatMul',
    [input, graph.weight(`${name}.weight`, [inputSize, outputSize])],
    `${name}.product`,
  );
  return hasBias ? graph.node('Add', [product, graph.weight(`${name}.bias`, [outputSize])], `${name}.output`) : product;
}

function writeNorm(graph: GraphBuilder, config: VisionGraphConfig, input: ValueName, name: string): ValueName {
  const { hiddenSize, layerNormEps, normType } = config;
  if (normType === 'rms_norm') return writeRmsNorm(graph, input, name, hiddenSize, layerNormEps);
  const shape: Shape = [hiddenSize];
  return graph.node(
    'LayerNormalization',
    [input, graph.weight(`${name}.weight`, shape), graph.weight(`${name}.bias`, shape)],
    `${name}.output`,
    { axis: -1, epsilon: { float: layerNormEps } },
  );
}

/** x * rsqrt(mean(x²) + eps) * weight over the whole width: onnxruntime's name for it is SimplifiedLayerNormalization. */
function writeRmsNorm(graph: GraphBuilder, input: ValueName, name: string, size: number, epsilon: number): ValueName {
  return graph.node('SimplifiedLayerNormalization', [input, graph.weight(`${name}.weight`, [size])], `${name}.output`, {
    axis: -1,
    epsilon: { float: epsilon },
  });
}

/** LayerScale: a learned factor a channel. */
function writeScale(graph: GraphBuilder, input: ValueName, name: string, channels: number): ValueName {
  return graph.node('Mul', [input, graph.weight(name, [channels])], `${name}.output`);
}
