import { describe, expect, it } from 'vitest';
import { tinyHfVisionConfig, tinyInternVitConfig } from '#testing/checkpoint.ts';
import { reportOf } from '#testing/errors.ts';
import {
  readChatFeatures,
  readHfFeatures,
  readInternVitConfig,
  readInternVlHfConfig,
  readVitaFeatures,
} from './config.ts';
import { createConfigReader } from './config-reader.ts';
import type { JsonObject } from './folder.ts';

const reader = (json: JsonObject) => createConfigReader(json, 'config.json');
const readVit = (changes: JsonObject) => readInternVitConfig(reader({ ...tinyInternVitConfig, ...changes }));
const readHf = (changes: JsonObject) => readInternVlHfConfig(reader({ ...tinyHfVisionConfig, ...changes }));

const tinyVision = {
  hiddenSize: 4,
  layers: 2,
  heads: 2,
  intermediateSize: 6,
  imageSize: 448,
  positionImageSize: 448,
  patchSize: 14,
  qkvBias: true,
  qkNormalization: false,
  qkNormEps: 1e-6,
  normType: 'layer_norm',
  layerNormEps: 1e-6,
  activation: 'gelu',
};

const activationNames = [
  ['gelu', 'gelu'],
  ['gelu_new', 'gelu_tanh'],
  ['gelu_fast', 'gelu_tanh'],
  ['gelu_pytorch_tanh', 'gelu_tanh'],
  ['quick_gelu', 'quick_gelu'],
  ['relu', 'relu'],
  ['silu', 'silu'],
  ['swish', 'silu'],
] as const;

describe('readInternVitConfig', () => {
  it('reads what is there', () => {
    expect(readVit({})).toEqual(tinyVision);
    expect(readVit({ qkv_bias: false, qk_normalization: true, norm_type: 'rms_norm', layer_norm_eps: 1e-5 })).toEqual({
      ...tinyVision,
      qkvBias: false,
      qkNormalization: true,
      qkNormEps: 1e-5,
      normType: 'rms_norm',
      layerNormEps: 1e-5,
    });
  });

  it.each([
    [{ image_size: 224 }, { imageSize: 224, patchSize: 14 }],
    [{ image_size: [336, 336] }, { imageSize: 336, patchSize: 14 }],
    [
      { image_size: 448, patch_size: 28 },
      { imageSize: 448, patchSize: 28 },
    ],
    [
      { image_size: 64, patch_size: [16, 16] },
      { imageSize: 64, patchSize: 16 },
    ],
    [
      { image_size: 64, patch_size: [16] },
      { imageSize: 64, patchSize: 16 },
    ],
  ])('reads the sizes of %j', (json, sizes) => {
    expect(readVit(json)).toEqual({ ...tinyVision, ...sizes, positionImageSize: sizes.imageSize });
  });

  it('takes the defaults of the published class for absent and null keys', () => {
    expect(readInternVitConfig(reader({ hidden_size: null }))).toEqual({
      ...tinyVision,
      imageSize: 224,
      positionImageSize: 224,
      hiddenSize: 3200,
      layers: 48,
      heads: 25,
      intermediateSize: 12800,
      qkvBias: false,
      qkNormalization: true,
      normType: 'rms_norm',
    });
  });

  it.each([
    ['image_size', [448, 224]],
    ['patch_size', [16, 14]],
    ['num_channels', 1],
    ['hidden_act', 'gelu_10'],
    ['hidden_act', 'tanh'],
    ['norm_type', 'batch_norm'],
  ])('refuses %s = %j by name', async (key, value) => {
    const report = await reportOf(() => readVit({ [key]: value }));
    expect(report).toMatchObject({ code: 'config-unsupported', details: { file: 'config.json', key } });
  });

  it.each(activationNames)('takes hidden_act = %s for %s', (name, activation) => {
    expect(readVit({ hidden_act: name }).activation).toBe(activation);
  });

  it.each([
    ['image_size', 0],
    ['image_size', '448'],
    ['image_size', [448, 448, 448]],
    ['image_size', []],
    ['patch_size', 14.5],
    ['hidden_size', '64'],
    ['hidden_size', 0],
    ['num_hidden_layers', 1.5],
    ['num_hidden_layers', -1],
    ['num_attention_heads', 3],
    ['intermediate_size', []],
    ['layer_norm_eps', 'small'],
    ['layer_norm_eps', 0],
    ['qkv_bias', 1],
    ['qk_normalization', 'yes'],
  ])('refuses %s = %j as wrong', async (key, value) => {
    const report = await reportOf(() => readVit({ [key]: value }));
    expect(report).toMatchObject({ code: 'config-invalid', details: { key, actual: JSON.stringify(value) } });
  });
});

describe('readInternVlHfConfig', () => {
  it('reads what is there; the norm of q and k keeps its own epsilon', () => {
    expect(readHf({})).toEqual(tinyVision);
    expect(readHf({ use_qk_norm: true, attention_bias: false, layer_norm_eps: 1e-3 })).toEqual({
      ...tinyVision,
      qkvBias: false,
      qkNormalization: true,
      qkNormEps: 1e-6,
      layerNormEps: 1e-3,
    });
  });

  it('takes the defaults of the published class for absent keys', () => {
    expect(readInternVlHfConfig(reader({}))).toEqual({
      ...tinyVision,
      hiddenSize: 1024,
      layers: 24,
      heads: 16,
      intermediateSize: 4096,
      qkvBias: false,
    });
  });

  it.each([
    ['image_size', [448, 336]],
    ['patch_size', [16, 14]],
    ['use_absolute_position_embeddings', false],
    ['use_mean_pooling', false],
  ])('refuses %s = %j by name', async (key, value) => {
    const report = await reportOf(() => readHf({ [key]: value }));
    expect(report).toMatchObject({ code: 'config-unsupported', details: { key, actual: JSON.stringify(value) } });
  });
});

describe('feature settings', () => {
  it.each([
    [-1, 3],
    [-4, 0],
    [0, 0],
    [3, 3],
    [-2, 2],
  ])('resolves select_layer %i of 3 layers to %i', (selectLayer, resolved) => {
    expect(readChatFeatures(reader({ select_layer: selectLayer }), 3).selectLayer).toBe(resolved);
    expect(readHfFeatures(reader({ vision_feature_layer: selectLayer }), 3).selectLayer).toBe(resolved);
  });

  it('refuses a list of layers by name', async () => {
    expect(await reportOf(() => readHfFeatures(reader({ vision_feature_layer: [-1] }), 3))).toMatchObject({
      code: 'config-unsupported',
      details: { key: 'vision_feature_layer', actual: '[-1]' },
    });
  });

  it.each([4, -5, 1.5, '-1'])('refuses select_layer %j of 3 layers', async (selectLayer) => {
    const chat = await reportOf(() => readChatFeatures(reader({ select_layer: selectLayer }), 3));
    expect(chat).toMatchObject({ code: 'config-invalid', details: { key: 'select_layer' } });
    const hf = await reportOf(() => readHfFeatures(reader({ vision_feature_layer: selectLayer }), 3));
    expect(hf).toMatchObject({ code: 'config-invalid', details: { key: 'vision_feature_layer' } });
  });

  it('takes ps_version as it is, and v1 where InternVL chat has none', () => {
    expect(readChatFeatures(reader({ ps_version: 'v2' }), 3).psVersion).toBe('v2');
    const published = {
      selectLayer: 3,
      featureScale: 1,
      shuffleFactor: 2,
      forcedImageSize: null,
      connectorActivation: 'gelu',
    };
    expect(readChatFeatures(reader({}), 3)).toEqual({ ...published, psVersion: 'v1' });
    expect(readHfFeatures(reader({}), 3)).toEqual({ ...published, psVersion: 'v2' });
  });

  it.each([
    [1, 1],
    [0.5, 2],
    [0.25, 4],
    [1 / 3, 3],
  ])('folds by downsample_ratio %f a square of %i', (ratio, shuffleFactor) => {
    expect(readChatFeatures(reader({ downsample_ratio: ratio }), 3)).toMatchObject({ shuffleFactor });
    expect(readHfFeatures(reader({ downsample_ratio: ratio }), 3)).toMatchObject({ shuffleFactor });
    expect(readVitaFeatures(reader({ downsample_ratio: ratio }), 3)).toMatchObject({ shuffleFactor: 2 });
  });

  it.each(activationNames)(
    'takes projector_hidden_act = %s for %s, where transformers reads it',
    (name, activation) => {
      const json = { projector_hidden_act: name };
      expect(readHfFeatures(reader(json), 3).connectorActivation).toBe(activation);
      expect(readChatFeatures(reader(json), 3).connectorActivation).toBe('gelu');
      expect(readVitaFeatures(reader(json), 3).connectorActivation).toBe('gelu');
    },
  );

  it('names the activations that there are to whoever asks for another', async () => {
    const { details } = await reportOf(() => readHfFeatures(reader({ projector_hidden_act: 'mish' }), 3));
    const supported = `projector_hidden_act = ${activationNames.map(([name]) => `"${name}"`).join(' or ')}`;
    expect(details).toMatchObject({ key: 'projector_hidden_act', actual: '"mish"', supported });
  });

  it('takes force_image_size before the size of the vision configuration', () => {
    expect(readChatFeatures(reader({ force_image_size: 224 }), 3).forcedImageSize).toBe(224);
    expect(readChatFeatures(reader({ force_image_size: null }), 3).forcedImageSize).toBeNull();
  });

  it.each([
    ['downsample_ratio', 0],
    ['downsample_ratio', '0.5'],
    ['force_image_size', 0],
    ['force_image_size', 'large'],
  ])('refuses %s = %j as wrong', async (key, value) => {
    const report = await reportOf(() => readChatFeatures(reader({ [key]: value }), 3));
    expect(report).toMatchObject({ code: 'config-invalid', details: { key, actual: JSON.stringify(value) } });
  });

  it('takes the last layer and halves the features for VITA', () => {
    expect(readVitaFeatures(reader({ mm_vision_select_layer: -2 }), 3)).toEqual({
      selectLayer: 3,
      psVersion: 'v2',
      featureScale: 0.5,
      shuffleFactor: 2,
      forcedImageSize: null,
      connectorActivation: 'gelu',
    });
  });

  it.each(['InternViT', '/mnt/weights/InternViT-300M-448px', '/mnt/weights/tower', null])(
    'takes a VITA checkpoint whose tower is %j',
    (tower) => {
      expect(readVitaFeatures(reader({ mm_vision_tower: tower, use_s2: false }), 3).featureScale).toBe(0.5);
    },
  );

  it.each([
    [readChatFeatures, 'flash_mode', true],
    [readVitaFeatures, 'mm_vision_tower', 'google/siglip-so400m-patch14-384'],
    [readVitaFeatures, 'mm_vision_tower', '/mnt/weights/EVA02-L-14-448'],
    [readVitaFeatures, 'mm_vision_tower', 'openai/clip-vit-large-patch14-336'],
    [readVitaFeatures, 'use_s2', true],
    [readChatFeatures, 'downsample_ratio', 0.4],
    [readChatFeatures, 'downsample_ratio', 2],
    [readChatFeatures, 'force_image_size', [448, 224]],
    [readChatFeatures, 'ps_version', 'v3'],
    [readHfFeatures, 'downsample_ratio', 0.3],
    [readHfFeatures, 'vision_feature_select_strategy', 'full'],
    [readHfFeatures, 'projector_hidden_act', 'gelu_10'],
    [readVitaFeatures, 'mm_projector_type', 'ldp'],
  ])('%o refuses %s = %j by name', async (read, key, value) => {
    const report = await reportOf(() => read(reader({ [key]: value }), 3));
    expect(report).toMatchObject({ code: 'config-unsupported', details: { key, actual: JSON.stringify(value) } });
  });
});
