import type { Bytes, JsonObject } from '#checkpoint/folder.ts';
import { resizePositionsReference } from '#checkpoint/resize-positions.reference.ts';
import { layerNormReference } from '#connector/layer-norm/layer-norm.reference.ts';
import { linearReference } from '#connector/linear/linear.reference.ts';
import type { LinearSpec } from '#connector/linear/linear.ts';
import { encodeReference, type ReferenceOutputs } from '#encoder/encoder.reference.ts';
import type { VisionGraphConfig } from '#onnx/vision-graph.ts';
import { dropClassTokenReference } from '#reduction/drop-class-token/drop-class-token.reference.ts';
import { pixelShuffleReference } from '#reduction/pixel-shuffle/pixel-shuffle.reference.ts';
import type { Activation } from '#tensor/activation.ts';
import { elementCount, type Shape } from '#tensor/shape.ts';
import { internVit300M } from './intern-vit-300m.ts';
import { float32Tensor, type TensorToWrite, writeSafetensors } from './safetensors.ts';
import { scatteredValues } from './values.ts';

/** A model in small with settings of its own: what its configuration says, and what that means. */
export interface ModelVariant {
  readonly layout:
    | 'internvit'
    | 'internvl-chat'
    | 'internvl-hf'
    | 'internvl-hf below model.'
    | 'internvl-vision'
    | 'vita'
    | 'vita saved whole';
  /** Keys of the encoder's configuration, in the words of its layout. */
  readonly vision?: JsonObject;
  /** Keys of the configuration around it; of VITA, of the connector's. */
  readonly model?: JsonObject;
  /** Width of the language model; that between the linear layers is another. */
  readonly tokenSize?: number;
  /** What all of that means to plain arithmetic, where it is not what `plainMeaning` says. */
  readonly means: Partial<VariantMeaning>;
}

export interface VariantMeaning extends VisionGraphConfig {
  /** Index into [embeddings, layer 1, ...]. */
  readonly selectLayer: number;
  readonly psVersion: 'v1' | 'v2';
  /** Side of the tiles that the position embeddings are stored for. */
  readonly positionImageSize: number;
  /** 1 / `downsample_ratio` */
  readonly shuffleFactor: number;
  readonly connectorActivation: Activation;
}

const sizes = { hiddenSize: 16, layers: 2, heads: 2, intermediateSize: 24 } as const;
const connectorHiddenSize = 14;
const defaultTokenSize = 10;

/** What a variant means that says nothing of its own. */
export const plainMeaning: VariantMeaning = {
  ...internVit300M,
  ...sizes,
  selectLayer: sizes.layers,
  psVersion: 'v2',
  shuffleFactor: 2,
  connectorActivation: 'gelu',
};

/** Every setting that a layout can say, several at a time. */
export const modelVariants: readonly ModelVariant[] = [
  {
    layout: 'internvit',
    vision: {
      qkv_bias: false,
      qk_normalization: true,
      norm_type: 'rms_norm',
      layer_norm_eps: 0.05,
      hidden_act: 'relu',
    },
    means: {
      qkvBias: false,
      qkNormalization: true,
      normType: 'rms_norm',
      layerNormEps: 0.05,
      qkNormEps: 0.05,
      activation: 'relu',
    },
  },
  {
    layout: 'internvl-chat',
    vision: { qkv_bias: false, hidden_act: 'quick_gelu' },
    model: { ps_version: 'v1', select_layer: -2 },
    tokenSize: 7,
    means: { qkvBias: false, activation: 'quick_gelu', psVersion: 'v1', selectLayer: 1 },
  },
  {
    layout: 'internvl-chat',
    vision: { layer_norm_eps: 0.05, hidden_act: 'gelu_new' },
    // Without ps_version it is v1.
    model: { select_layer: 0 },
    means: { layerNormEps: 0.05, activation: 'gelu_tanh', psVersion: 'v1', selectLayer: 0 },
  },
  {
    layout: 'internvl-chat',
    vision: { norm_type: 'rms_norm', hidden_act: 'silu' },
    model: { ps_version: 'v2', select_layer: 1 },
    tokenSize: 33,
    means: { normType: 'rms_norm', activation: 'silu', selectLayer: 1 },
  },
  {
    layout: 'internvl-hf',
    vision: { attention_bias: false, hidden_act: 'gelu_pytorch_tanh', use_absolute_position_embeddings: false },
    model: { vision_feature_layer: -2, projector_hidden_act: 'silu' },
    means: {
      positionEmbeddings: false,
      qkvBias: false,
      activation: 'gelu_tanh',
      selectLayer: 1,
      connectorActivation: 'silu',
    },
  },
  {
    layout: 'internvl-hf below model.',
    // transformers leaves the epsilon of q and k at its own default.
    // What leaves the last block, counted from the front, is not normed.
    vision: { use_qk_norm: true, layer_norm_eps: 0.05, hidden_act: 'relu', use_mean_pooling: false },
    model: { vision_feature_layer: 2, projector_hidden_act: 'quick_gelu' },
    tokenSize: 5,
    means: {
      qkNormalization: true,
      layerNormEps: 0.05,
      activation: 'relu',
      finalNorm: true,
      connectorActivation: 'quick_gelu',
    },
  },
  {
    layout: 'internvl-hf',
    // Counted from the end, it is, by a LayerNorm whatever norm the blocks have.
    vision: { norm_type: 'rms_norm', hidden_act: 'silu', use_mean_pooling: false },
    model: { vision_feature_layer: -1, projector_hidden_act: 'relu' },
    means: {
      normType: 'rms_norm',
      activation: 'silu',
      finalNorm: true,
      selectLayer: 3,
      connectorActivation: 'relu',
    },
  },
  {
    layout: 'internvl-hf below model.',
    vision: { hidden_act: 'quick_gelu' },
    model: { vision_feature_layer: 0, projector_hidden_act: 'gelu_new' },
    tokenSize: 21,
    means: { activation: 'quick_gelu', selectLayer: 0, connectorActivation: 'gelu_tanh' },
  },
  {
    layout: 'vita',
    vision: { qkv_bias: false, qk_normalization: true, hidden_act: 'swish' },
    tokenSize: 12,
    means: { qkvBias: false, qkNormalization: true, activation: 'silu' },
  },
  {
    layout: 'vita saved whole',
    vision: { norm_type: 'rms_norm', layer_norm_eps: 0.05, hidden_act: 'gelu_fast' },
    // VITA's own code takes the last layer whatever a configuration says.
    model: { select_layer: -2, ps_version: 'v1' },
    means: { normType: 'rms_norm', layerNormEps: 0.05, activation: 'gelu_tanh' },
  },
];

/** An encoder alone with a norm behind its last block, small enough for a test of its own. */
export const finalNormVariant: ModelVariant = {
  layout: 'internvl-vision',
  vision: { image_size: [112, 112], patch_size: [28, 28], use_mean_pooling: false, layer_norm_eps: 0.05 },
  means: {
    imageSize: 112,
    positionImageSize: 112,
    patchSize: 28,
    layerNormEps: 0.05,
    finalNorm: true,
    selectLayer: sizes.layers + 1,
  },
};

/** Tiles of other sizes, in other patches, folded otherwise. */
export const gridVariants: readonly ModelVariant[] = [
  {
    layout: 'vita',
    vision: { image_size: 224 },
    means: { imageSize: 224, positionImageSize: 224 },
  },
  {
    layout: 'internvl-chat',
    vision: { image_size: 128, patch_size: 16 },
    model: { downsample_ratio: 0.25, ps_version: 'v1' },
    means: { imageSize: 128, positionImageSize: 128, patchSize: 16, shuffleFactor: 4, psVersion: 'v1' },
  },
  finalNormVariant,
  {
    layout: 'internvl-hf',
    vision: { image_size: [112, 112], patch_size: [28, 28] },
    model: { downsample_ratio: 1 },
    means: { imageSize: 112, positionImageSize: 112, patchSize: 28, shuffleFactor: 1 },
  },
  {
    layout: 'internvl-chat',
    vision: { image_size: 224 },
    model: { force_image_size: 112, ps_version: 'v1' },
    means: { imageSize: 112, positionImageSize: 224, psVersion: 'v1' },
  },
];

/** What a variant says of itself, for the name of a test. */
export function titleOf({ layout, vision = {}, model = {}, tokenSize }: ModelVariant): string {
  const said = [...Object.entries(vision), ...Object.entries(model)].map(([key, value]) => `${key} ${value}`);
  if (tokenSize !== undefined) said.push(`language width ${tokenSize}`);
  return `${layout}: ${said.join(', ')}`;
}

const internVitConfig: JsonObject = {
  model_type: 'intern_vit_6b',
  architectures: ['InternVisionModel'],
  hidden_size: sizes.hiddenSize,
  num_hidden_layers: sizes.layers,
  num_attention_heads: sizes.heads,
  intermediate_size: sizes.intermediateSize,
  image_size: 448,
  patch_size: 14,
  qkv_bias: true,
  qk_normalization: false,
  norm_type: 'layer_norm',
  hidden_act: 'gelu',
};

const hfVisionConfig: JsonObject = {
  model_type: 'internvl_vision',
  hidden_size: sizes.hiddenSize,
  num_hidden_layers: sizes.layers,
  num_attention_heads: sizes.heads,
  intermediate_size: sizes.intermediateSize,
  image_size: [448, 448],
  patch_size: [14, 14],
  attention_bias: true,
};

const vitaConfig: JsonObject = {
  model_type: 'vita-qwen2',
  architectures: ['VITAQwen2ForCausalLM'],
  mm_projector_type: 'mlp2x_gelu',
  mm_vision_tower: 'InternViT',
};

interface Layer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Weights in torch's layout, by the names of `encodeReference`, and the connector's. */
interface VariantWeights {
  readonly encoder: ReadonlyMap<string, { readonly shape: Shape; readonly values: Float32Array }>;
  readonly norm: Layer;
  readonly first: Layer;
  readonly second: Layer;
  readonly tokenSize: number;
}

/** What a variant means in full. */
export function meaningOf({ means }: ModelVariant): VariantMeaning {
  return { ...plainMeaning, ...means };
}

/** The weights of a variant: the same of the same name in every variant, large enough for softmax to have peaks. */
function drawWeights(variant: ModelVariant): VariantWeights {
  const meaning = meaningOf(variant);
  const { qkvBias, qkNormalization, normType, patchSize, positionImageSize, shuffleFactor } = meaning;
  const { hiddenSize: channels, intermediateSize } = sizes;
  const encoder = new Map<string, { shape: Shape; values: Float32Array }>();
  /** `middle` plus noise within `spread`. */
  const draw = (name: string, shape: Shape, spread: number, middle = 0) => {
    const seed = [...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 7);
    const values = scatteredValues(elementCount(shape), seed).map((value) => middle + spread * value);
    encoder.set(name, { shape, values });
  };
  const drawLinear = (name: string, outputs: number, inputs: number, hasBias = true) => {
    draw(`${name}.weight`, [outputs, inputs], 2 / Math.sqrt(inputs));
    if (hasBias) draw(`${name}.bias`, [outputs], 0.3);
  };
  draw('embeddings.class', [channels], 1);
  drawLinear('embeddings.patch', channels, 3 * patchSize ** 2);
  if (meaning.positionEmbeddings)
    draw('embeddings.position', [1 + (positionImageSize / patchSize) ** 2, channels], 0.5);
  for (let block = 0; block < sizes.layers; block++) {
    const name = `blocks.${block}`;
    for (const norm of ['norm1', 'norm2']) {
      draw(`${name}.${norm}.weight`, [channels], 0.3, 1);
      if (normType === 'layer_norm') draw(`${name}.${norm}.bias`, [channels], 0.2);
    }
    for (const part of ['q', 'k', 'v']) drawLinear(`${name}.attention.${part}`, channels, channels, qkvBias);
    if (qkNormalization) {
      for (const part of ['qNorm', 'kNorm']) draw(`${name}.attention.${part}.weight`, [channels], 0.4, 1.2);
    }
    drawLinear(`${name}.attention.out`, channels, channels);
    drawLinear(`${name}.mlp.fc1`, intermediateSize, channels);
    drawLinear(`${name}.mlp.fc2`, channels, intermediateSize);
    for (const scale of ['scale1', 'scale2']) draw(`${name}.${scale}`, [channels], 0.4, 0.6);
  }
  if (meaning.finalNorm) {
    draw('norm.weight', [channels], 0.3, 1);
    draw('norm.bias', [channels], 0.2);
  }
  const layer = (seed: number, outputs: number, inputs: number): Layer => ({
    weight: scatteredValues(outputs * inputs, seed).map((value) => (2 / Math.sqrt(inputs)) * value),
    bias: scatteredValues(outputs, seed + 1),
  });
  const { tokenSize = defaultTokenSize } = variant;
  const inputSize = shuffleFactor ** 2 * channels;
  return {
    encoder,
    norm: layer(1, inputSize, 1),
    first: layer(3, connectorHiddenSize, inputSize),
    second: layer(5, tokenSize, connectorHiddenSize),
    tokenSize,
  };
}

const fusedNames: readonly (readonly [RegExp, string])[] = [
  [/^embeddings\.class$/, 'embeddings.class_embedding'],
  [/^embeddings\.patch/, 'embeddings.patch_embedding'],
  [/^embeddings\.position$/, 'embeddings.position_embedding'],
  [/^blocks\./, 'encoder.layers.'],
  [/attention\.out/, 'attn.proj'],
  [/attention\.([qk])Norm/, 'attn.$1_norm'],
  [/scale([12])$/, 'ls$1'],
];

const splitNames: readonly (readonly [RegExp, string])[] = [
  [/^embeddings\.class$/, 'embeddings.cls_token'],
  [/^embeddings\.patch/, 'embeddings.patch_embeddings.projection'],
  [/^embeddings\.position$/, 'embeddings.position_embeddings'],
  [/^blocks\./, 'encoder.layer.'],
  [/attention\.out/, 'attention.projection_layer'],
  [/attention\.([qkv])\./, 'attention.$1_proj.'],
  [/attention\.([qk])Norm/, 'attention.$1_norm'],
  [/norm1/, 'layernorm_before'],
  [/norm2/, 'layernorm_after'],
  [/scale([12])$/, 'lambda_$1'],
  [/^norm\./, 'layernorm.'],
];

/** The shape of a weight in a file, of `shape` in torch's layout. */
function storedShapeOf(name: string, shape: Shape): Shape {
  const [channels = 0, values = 0] = shape;
  switch (name) {
    case 'embeddings.class':
      return [1, 1, channels];
    case 'embeddings.patch.weight':
      return [channels, 3, Math.sqrt(values / 3), Math.sqrt(values / 3)];
    case 'embeddings.position':
      return [1, ...shape];
    default:
      return shape;
  }
}

/** The encoder's tensors as a repository names and shapes them. */
function encoderTensors({ encoder }: VariantWeights, prefix: string, isFused: boolean): Record<string, TensorToWrite> {
  const tensors: Record<string, TensorToWrite> = {};
  for (const [name, { shape, values }] of encoder) {
    if (isFused && /attention\.[qkv]\./.test(name)) continue;
    const stored = (isFused ? fusedNames : splitNames).reduce((text, [part, other]) => text.replace(part, other), name);
    tensors[prefix + stored] = float32Tensor(storedShapeOf(name, shape), values);
  }
  for (let block = 0; isFused && block < sizes.layers; block++) {
    for (const kind of ['weight', 'bias']) {
      const parts = ['q', 'k', 'v'].flatMap((part) => encoder.get(`blocks.${block}.attention.${part}.${kind}`) ?? []);
      const [outputs = 0, ...inputs] = parts[0]?.shape ?? [];
      if (parts.length === 0) continue;
      const values = Float32Array.from(parts.flatMap((part) => [...part.values]));
      tensors[`${prefix}encoder.layers.${block}.attn.qkv.${kind}`] = float32Tensor([3 * outputs, ...inputs], values);
    }
  }
  return tensors;
}

function connectorTensors(
  { norm, first, second, tokenSize }: VariantWeights,
  prefix: string,
  names: { readonly norm: string | null; readonly first: string; readonly second: string },
): Record<string, TensorToWrite> {
  const inputSize = norm.bias.length;
  const tensors: Record<string, TensorToWrite> = {};
  const put = (name: string, { weight, bias }: Layer, shape: Shape) => {
    tensors[`${prefix}${name}.weight`] = float32Tensor(shape, weight);
    tensors[`${prefix}${name}.bias`] = float32Tensor([bias.length], bias);
  };
  if (names.norm !== null) put(names.norm, norm, [inputSize]);
  put(names.first, first, [connectorHiddenSize, inputSize]);
  put(names.second, second, [tokenSize, connectorHiddenSize]);
  return tensors;
}

/** The files of a variant by their paths: of one folder called `model`, or of `model` and of VITA's `connector`. */
export function writeVariantFiles(variant: ModelVariant): ReadonlyMap<string, Bytes> {
  const { layout, vision = {}, model = {} } = variant;
  const weights = drawWeights(variant);
  const files = new Map<string, Bytes>();
  const write = (folder: string, config: JsonObject, tensors: Record<string, TensorToWrite>) => {
    files.set(`${folder}/config.json`, new TextEncoder().encode(JSON.stringify(config)));
    files.set(`${folder}/model.safetensors`, writeSafetensors(tensors));
  };
  const vitaTensors = connectorTensors(weights, 'model.mm_projector.', { norm: null, first: '0', second: '2' });
  switch (layout) {
    case 'internvit':
      write('model', { ...internVitConfig, ...vision }, encoderTensors(weights, '', true));
      break;
    case 'internvl-chat':
      write(
        'model',
        { model_type: 'internvl_chat', vision_config: { ...internVitConfig, ...vision }, ...model },
        {
          ...encoderTensors(weights, 'vision_model.', true),
          ...connectorTensors(weights, 'mlp1.', { norm: '0', first: '1', second: '3' }),
        },
      );
      break;
    case 'internvl-hf':
    case 'internvl-hf below model.': {
      const prefix = layout === 'internvl-hf' ? '' : 'model.';
      write(
        'model',
        {
          architectures: ['InternVLForConditionalGeneration'],
          vision_config: { ...hfVisionConfig, ...vision },
          ...model,
        },
        {
          ...encoderTensors(weights, `${prefix}vision_tower.`, false),
          ...connectorTensors(weights, `${prefix}multi_modal_projector.`, {
            norm: 'layer_norm',
            first: 'linear_1',
            second: 'linear_2',
          }),
        },
      );
      break;
    }
    case 'internvl-vision':
      write('model', { ...hfVisionConfig, ...vision }, encoderTensors(weights, '', false));
      break;
    case 'vita':
      write('model', { ...internVitConfig, ...vision }, encoderTensors(weights, '', true));
      write('connector', { ...vitaConfig, ...model }, vitaTensors);
      break;
    case 'vita saved whole':
      write(
        'model',
        { ...vitaConfig, vision_config: { ...internVitConfig, ...vision }, ...model },
        { ...encoderTensors(weights, 'model.vision_tower.vision_tower.', true), ...vitaTensors },
      );
      break;
  }
  return files;
}

/** What a variant makes of one tile of P patches. */
export interface VariantOutputs extends ReferenceOutputs {
  /** [P, C] */
  readonly dropped: Float32Array;
  /** [P/4, 4C], where the shuffle folds 2x2, in the order of `psVersion`. */
  readonly shuffled: Float32Array;
  /** [P/4, H] and [P/4, D]: within the connector after its activation, and its output; null for an encoder alone. */
  readonly activated: Float64Array | null;
  readonly tokens: Float64Array | null;
}

/**
 * A variant in plain arithmetic, in double precision between the stages of the encoder and f32 between those after it.
 *
 * @param pixelValues [3, S, S] f32; where S is less than the variant means, the first position embeddings are used
 */
export function computeVariant(variant: ModelVariant, pixelValues: Float32Array): VariantOutputs {
  const { layout } = variant;
  const meaning = meaningOf(variant);
  const { encoder, norm, first, second, tokenSize } = drawWeights(variant);
  const imageSize = Math.sqrt(pixelValues.length / 3);
  const side = imageSize / meaning.patchSize;
  const outputs = encodeReference(
    { ...meaning, imageSize },
    (name) => {
      const weight = encoder.get(name);
      if (!weight) throw new Error(`the variant has no ${name}`);
      const { positionImageSize, patchSize } = meaning;
      if (name !== 'embeddings.position' || positionImageSize === meaning.imageSize) return weight.values;
      const sides = [positionImageSize / patchSize, meaning.imageSize / patchSize] as const;
      return Float32Array.from(resizePositionsReference(weight.values, ...sides));
    },
    pixelValues,
  );
  const isVita = layout === 'vita' || layout === 'vita saved whole';
  const { hiddenSize: channels, selectLayer, psVersion, shuffleFactor: factor, connectorActivation } = meaning;
  const selected = Float32Array.from(outputs.hiddenStates[selectLayer] ?? []);
  const dropped = dropClassTokenReference(selected, channels);
  const grid = { rows: side, columns: side, channels, factor, psVersion, scale: isVita ? 0.5 : 1 };
  const shuffled = pixelShuffleReference(dropped, grid);
  if (layout === 'internvit' || layout === 'internvl-vision')
    return { ...outputs, dropped, shuffled, activated: null, tokens: null };

  const dtypes = { weightDtype: 'f32', biasDtype: 'f32' } as const;
  const inputSize = factor ** 2 * channels;
  const tokens = (side / factor) ** 2;
  const norming = { tokens, channels: inputSize, epsilon: 1e-5, ...dtypes };
  const normed = isVita ? shuffled : layerNormReference(shuffled, norm.weight, norm.bias, norming);
  const linear = (
    input: ArrayLike<number>,
    { weight, bias }: Layer,
    outputSize: number,
    activation: LinearSpec['activation'],
  ) =>
    linearReference(Float32Array.from(input), weight, bias, {
      tokens,
      inputSize: input.length / tokens,
      outputSize,
      activation,
      ...dtypes,
    });
  const activated = linear(normed, first, connectorHiddenSize, connectorActivation);
  return { ...outputs, dropped, shuffled, activated, tokens: linear(activated, second, tokenSize, 'none') };
}
