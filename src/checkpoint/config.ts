import type { Activation } from '#tensor/activation.ts';
import { publishedGrid } from '#tensor/grid.ts';
import type { ConfigReader } from './config-reader.ts';

/** What the graph of an encoder depends on beside its weights. */
export interface VisionConfig {
  /** Width C of a token. */
  readonly hiddenSize: number;
  /** Transformer blocks L. */
  readonly layers: number;
  readonly heads: number;
  /** Width I of the MLP. */
  readonly intermediateSize: number;
  /** Side in pixels of the tiles that the encoder takes. */
  readonly imageSize: number;
  /** Side in pixels of the tiles that its position embeddings are stored for; they are resized where the two differ. */
  readonly positionImageSize: number;
  readonly patchSize: number;
  /** Whether q, k and v have biases. */
  readonly qkvBias: boolean;
  /** Whether q and k pass an RMS norm over the whole width C, before they are cut into heads. */
  readonly qkNormalization: boolean;
  /** Epsilon of that norm; it need not be `layerNormEps`. */
  readonly qkNormEps: number;
  readonly normType: 'layer_norm' | 'rms_norm';
  readonly layerNormEps: number;
  readonly activation: Activation;
}

/**
 * What configurations call the activations.
 * Source: `ACT2FN` in activations.py, https://github.com/huggingface/transformers
 */
const activationNames: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  quick_gelu: 'quick_gelu',
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
};

function readActivation(config: ConfigReader, key: 'hidden_act' | 'projector_hidden_act'): Activation {
  config.requireSupported(key, Object.keys(activationNames), 'gelu');
  return activationNames[config.string(key, 'gelu')] ?? 'gelu';
}

/**
 * How the encoder's output goes on: which hidden state, multiplied by what, shuffled how, from tiles of which size, and
 * activated how in the connector.
 */
export interface FeatureSettings {
  /** Index 0..L into [embeddings, after block 0, ... after block L-1]. */
  readonly selectLayer: number;
  readonly psVersion: 'v1' | 'v2';
  readonly featureScale: number;
  /** Rows and columns of patches that become one token: 1 / `downsample_ratio`. */
  readonly shuffleFactor: number;
  /** Side in pixels of the tiles, where it is not the one of the vision configuration. */
  readonly forcedImageSize: number | null;
  /** Between the linear layers of the connector, where there is one. */
  readonly connectorActivation: Activation;
}

interface VisionDefaults {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly imageSize: number;
  readonly normType: string;
}

/** Keys that both kinds of vision configuration share. */
function readCommon(config: ConfigReader, defaults: VisionDefaults) {
  config.requireSupported('num_channels', [3], 3);
  config.requireSupported('norm_type', ['layer_norm', 'rms_norm'], defaults.normType);
  const imageSize = config.squareSide('image_size', defaults.imageSize);
  const hiddenSize = config.positiveInteger('hidden_size', defaults.hiddenSize);
  const heads = config.positiveInteger('num_attention_heads', defaults.heads);
  if (hiddenSize % heads !== 0) {
    throw config.invalid('num_attention_heads', `a divisor of hidden_size (${hiddenSize})`);
  }
  return {
    hiddenSize,
    layers: config.positiveInteger('num_hidden_layers', defaults.layers),
    heads,
    intermediateSize: config.positiveInteger('intermediate_size', defaults.intermediateSize),
    imageSize,
    positionImageSize: imageSize,
    patchSize: config.squareSide('patch_size', publishedGrid.patchSizePx),
    normType: config.string('norm_type', defaults.normType) === 'rms_norm' ? 'rms_norm' : 'layer_norm',
    layerNormEps: config.positiveNumber('layer_norm_eps', 1e-6),
    activation: readActivation(config, 'hidden_act'),
  } as const;
}

/**
 * The configuration of an InternViT encoder. The defaults are those of the published class, which describes the 6 B
 * encoder at 224 px.
 * Source: configuration_intern_vit.py, https://huggingface.co/OpenGVLab/InternViT-300M-448px
 * @throws config-invalid, config-unsupported
 */
export function readInternVitConfig(config: ConfigReader): VisionConfig {
  const common = readCommon(config, {
    hiddenSize: 3200,
    layers: 48,
    heads: 25,
    intermediateSize: 12800,
    imageSize: 224,
    normType: 'rms_norm',
  });
  return {
    ...common,
    qkvBias: config.boolean('qkv_bias', false),
    qkNormalization: config.boolean('qk_normalization', true),
    qkNormEps: common.layerNormEps,
  };
}

/**
 * The configuration of the same encoder as transformers keeps it.
 * Source: configuration_internvl.py and modeling_internvl.py, https://github.com/huggingface/transformers; its norm of
 * q and k leaves its epsilon at the default of LlamaRMSNorm, 1e-6.
 * @throws config-invalid, config-unsupported
 */
export function readInternVlHfConfig(config: ConfigReader): VisionConfig {
  config.requireSupported('use_absolute_position_embeddings', [true], true);
  // Without mean pooling a LayerNorm follows the last block.
  config.requireSupported('use_mean_pooling', [true], true);
  const common = readCommon(config, {
    hiddenSize: 1024,
    layers: 24,
    heads: 16,
    intermediateSize: 4096,
    imageSize: publishedGrid.tileSizePx,
    normType: 'layer_norm',
  });
  return {
    ...common,
    qkvBias: config.boolean('attention_bias', false),
    qkNormalization: config.boolean('use_qk_norm', false),
    qkNormEps: 1e-6,
  };
}

/** `key` as an index 0..layers; like Python's it may count from the end. */
function readSelectLayer(config: ConfigReader, key: string, layers: number): number {
  const index = config.integer(key, -1);
  const resolved = index < 0 ? index + layers + 1 : index;
  if (resolved < 0 || resolved > layers) {
    throw config.invalid(key, `a hidden state from ${-layers - 1} to ${layers} of an encoder with ${layers} layers`);
  }
  return resolved;
}

/**
 * How many rows and columns of patches `downsample_ratio` folds into one token.
 * Source: `InternVLChatModel.pixel_shuffle`, https://huggingface.co/OpenGVLab/InternVL2-1B, whose views need a whole number.
 */
function readShuffleFactor(config: ConfigReader): number {
  const factor = 1 / config.positiveNumber('downsample_ratio', 1 / publishedGrid.shuffleFactor);
  if (Number.isInteger(factor)) return factor;
  throw config.unsupported('downsample_ratio', 'a downsample_ratio of 1, 0.5, 0.25 or another 1 / n');
}

/**
 * Source: configuration_internvl_chat.py and modeling_internvl_chat.py, https://huggingface.co/OpenGVLab/InternVL2-1B;
 * a configuration without `ps_version` means v1 there. With `flash_mode` (modeling_internvl_chat.py,
 * https://huggingface.co/OpenGVLab/InternVL3_5-8B-Flash) a router sends some tiles through a second shuffle and `mlp2` as 64
 * tokens: the 256 of `mlp1` would not be what the language model is given.
 * @throws config-invalid, config-unsupported
 */
export function readChatFeatures(config: ConfigReader, layers: number): FeatureSettings {
  config.requireSupported('ps_version', ['v1', 'v2'], 'v1');
  config.requireSupported('flash_mode', [false], false);
  return {
    selectLayer: readSelectLayer(config, 'select_layer', layers),
    psVersion: config.string('ps_version', 'v1') === 'v1' ? 'v1' : 'v2',
    featureScale: 1,
    shuffleFactor: readShuffleFactor(config),
    forcedImageSize: config.has('force_image_size') ? config.squareSide('force_image_size', 0) : null,
    connectorActivation: 'gelu',
  };
}

/**
 * Source: `InternVLModel.get_image_features` in modeling_internvl.py, https://github.com/huggingface/transformers; its
 * shuffle swaps rows and columns back, as v2 does. Its configuration allows a list of layers, at which its own code fails.
 * @throws config-invalid, config-unsupported
 */
export function readHfFeatures(config: ConfigReader, layers: number): FeatureSettings {
  config.requireSupported('vision_feature_select_strategy', ['default'], 'default');
  if (config.isList('vision_feature_layer'))
    throw config.unsupported('vision_feature_layer', 'one vision_feature_layer');
  return {
    selectLayer: readSelectLayer(config, 'vision_feature_layer', layers),
    psVersion: 'v2',
    featureScale: 1,
    shuffleFactor: readShuffleFactor(config),
    forcedImageSize: null,
    connectorActivation: readActivation(config, 'projector_hidden_act'),
  };
}

/**
 * Source: internvit_encoder.py and multimodal_projector/builder.py, https://github.com/VITA-MLLM/VITA: the last hidden
 * state whatever the configuration says, multiplied by the factor that was meant for the shuffle, shuffled as v2.
 * @throws config-unsupported
 */
export function readVitaFeatures(config: ConfigReader, layers: number): FeatureSettings {
  requireInternVitTower(config);
  config.requireSupported('mm_projector_type', ['mlp2x_gelu'], 'mlp2x_gelu');
  return { ...defaultFeatures(layers), featureScale: 0.5 };
}

/**
 * Checks that a VITA checkpoint was trained on an InternViT. A tower that is called otherwise than VITA can tell passes: who
 * renamed it will know.
 * Source: `build_vision_tower` in vita/model/multimodal_encoder/builder.py, https://github.com/VITA-MLLM/VITA, which looks
 * for these parts in this order; `use_s2` belongs to SigLIP alone.
 * @throws config-invalid, config-unsupported
 */
export function requireInternVitTower(config: ConfigReader): void {
  const tower = config.string('mm_vision_tower', '').toLowerCase();
  const family = ['sig', 'eva', 'clip', 'internvit'].find((part) => tower.includes(part)) ?? 'internvit';
  if (family !== 'internvit') throw config.unsupported('mm_vision_tower', 'an InternViT as its mm_vision_tower');
  config.requireSupported('use_s2', [false], false);
}

/** An encoder alone: its output as it is, shuffled as the published models shuffle. */
export function defaultFeatures(layers: number): FeatureSettings {
  return {
    selectLayer: layers,
    psVersion: 'v2',
    featureScale: 1,
    shuffleFactor: publishedGrid.shuffleFactor,
    forcedImageSize: null,
    connectorActivation: 'gelu',
  };
}
