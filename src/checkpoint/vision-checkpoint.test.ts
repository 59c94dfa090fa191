import { describe, expect, it } from 'vitest';
import { createTokenGrid } from '#tensor/grid.ts';
import {
  chatConnectorShapes,
  chatConnectorShapesOf,
  connectorShapes,
  fillTensors,
  hfEncoderShapes,
  internVitShapes,
  type TensorShapes,
  tinyHfVisionConfig,
  tinyInternVitConfig,
  tinyVitaConfig,
  vitaConnectorShapes,
} from '#testing/checkpoint.ts';
import { createDiskFolder } from '#testing/disk-folder.ts';
import { reportOf } from '#testing/errors.ts';
import { createMemoryFolder } from '#testing/memory-folder.ts';
import { writeSafetensors } from '#testing/safetensors.ts';
import type { CheckpointFolder, JsonObject } from './folder.ts';
import { openCheckpoint } from './vision-checkpoint.ts';

const reference = 'e2e/fixtures/reference';

function createFolder(name: string, config: JsonObject, shapes: TensorShapes): CheckpointFolder {
  return createMemoryFolder(name, {
    'config.json': config,
    'model.safetensors': writeSafetensors(fillTensors(shapes)),
  });
}

const without = (shapes: TensorShapes, tensor: string) =>
  Object.fromEntries(Object.entries(shapes).filter(([name]) => name !== tensor));

const internVit = (changes: JsonObject = {}, shapes = internVitShapes()) =>
  createFolder('InternViT', { ...tinyInternVitConfig, ...changes }, shapes);
const vita = (changes: JsonObject = {}, shapes = vitaConnectorShapes) =>
  createFolder('VITA', { ...tinyVitaConfig, ...changes }, shapes);

const chatConfig = { model_type: 'internvl_chat', vision_config: tinyInternVitConfig };
const chatShapes = { ...internVitShapes('vision_model.'), ...chatConnectorShapes };
const chat = (changes: JsonObject = {}, shapes: TensorShapes = chatShapes) =>
  createFolder('InternVL', { ...chatConfig, ...changes }, shapes);

const hfConfig = { architectures: ['InternVLForConditionalGeneration'], vision_config: tinyHfVisionConfig };
const hf = (prefix: string, changes: JsonObject = {}) =>
  createFolder(
    'InternVL-hf',
    { ...hfConfig, ...changes },
    {
      ...hfEncoderShapes(`${prefix}vision_tower.`),
      ...connectorShapes(
        `${prefix}multi_modal_projector.`,
        { norm: 'layer_norm', fc1: 'linear_1', fc2: 'linear_2' },
        5,
      ),
    },
  );

const ownEncoderShapes = { ...vitaConnectorShapes, ...internVitShapes('model.vision_tower.vision_tower.') };

describe('openCheckpoint on the reference cases', () => {
  const bytesOf = (parameters: number) => ({ parameters, storedDtype: 'BF16', byteLength: 2 * parameters });
  /** C=64, I=160, 3 layers; patches and positions, then per block attention, MLP, norms and scales. */
  const encoderParameters =
    64 + 64 * 588 + 64 + 1025 * 64 + 3 * (4 * (64 * 64 + 64) + 2 * 160 * 64 + 160 + 64 + 4 * 64 + 2 * 64);

  it.each([
    ['internvit-bf16', 'InternViT', null, 'internvit', 1, 0, null],
    ['internvl-chat-v2-bf16', 'InternVL', null, 'internvl-chat', 1, 96, 1e-5],
    ['internvl-hf-bf16', 'InternVL-hf', null, 'internvl-hf', 1, 96, 1e-5],
    ['vita-bf16-sharded', 'InternViT', 'VITA', 'vita', 0.5, 112, null],
  ] as const)('opens %s', async (name, model, connector, layout, featureScale, width, layerNormEps) => {
    const checkpoint = await openCheckpoint(
      createDiskFolder(`${reference}/${name}/${model}`),
      connector && createDiskFolder(`${reference}/${name}/${connector}`),
    );
    const connectorParameters =
      width === 0 ? 0 : width * 256 + width + width * width + width + (layerNormEps === null ? 0 : 2 * 256);
    expect(checkpoint).toMatchObject({
      layout,
      vision: { hiddenSize: 64, layers: 3, heads: 4, intermediateSize: 160, qkvBias: true, qkNormalization: false },
      selectLayer: 3,
      psVersion: 'v2',
      featureScale,
      connector:
        width === 0 ? null : { inputSize: 256, hiddenSize: width, outputSize: width, layerNormEps, activation: 'gelu' },
      ...bytesOf(encoderParameters + connectorParameters),
    });
  });

  it('opens the bundled demo', async () => {
    const folder = (name: string) => createDiskFolder(`models/demo/${name}`);
    expect(await openCheckpoint(folder('InternViT'), folder('VITA'))).toMatchObject({
      layout: 'vita',
      vision: { hiddenSize: 192, layers: 6, heads: 3, intermediateSize: 768 },
      featureScale: 0.5,
      connector: { inputSize: 768, hiddenSize: 256, outputSize: 256, layerNormEps: null, activation: 'gelu' },
      ...bytesOf(2_981_568 + 256 * 768 + 256 + 256 * 256 + 256),
    });
  });
});

describe('openCheckpoint on other settings', () => {
  it('lets the configuration say what there is: no qkv bias, qk norm, RMS norm', async () => {
    const shapes = Object.fromEntries(
      Object.entries({ ...internVitShapes(), ...qkNormShapes }).filter(([name]) => !/(qkv|norm\d)\.bias$/.test(name)),
    );
    const checkpoint = await openCheckpoint(
      internVit({ qkv_bias: false, qk_normalization: true, norm_type: 'rms_norm' }, shapes),
      null,
    );
    const names = [...checkpoint.weights.keys()].filter((name) => /^blocks\.1\.(attention|norm)/.test(name));
    expect(names).toEqual([
      'blocks.1.norm1.weight',
      'blocks.1.attention.q.weight',
      'blocks.1.attention.k.weight',
      'blocks.1.attention.v.weight',
      'blocks.1.attention.qNorm.weight',
      'blocks.1.attention.kNorm.weight',
      'blocks.1.attention.out.weight',
      'blocks.1.attention.out.bias',
      'blocks.1.norm2.weight',
    ]);
  });

  it('takes ps_version and select_layer from InternVL chat', async () => {
    const checkpoint = await openCheckpoint(chat({ ps_version: 'v1', select_layer: -2 }), null);
    expect(checkpoint).toMatchObject({ layout: 'internvl-chat', psVersion: 'v1', selectLayer: 1, featureScale: 1 });
  });

  it.each(['', 'model.'])('reads -hf names behind %j, with its own width between the layers', async (prefix) => {
    expect(await openCheckpoint(hf(prefix), null)).toMatchObject({
      layout: 'internvl-hf',
      connector: { inputSize: 16, hiddenSize: 5, outputSize: 3, layerNormEps: 1e-5, activation: 'gelu' },
    });
  });

  it('takes the activation of the connector from the -hf configuration, and of no other', async () => {
    const changes = { projector_hidden_act: 'silu' };
    const activationOf = async (folder: CheckpointFolder) => (await openCheckpoint(folder, null)).connector?.activation;
    expect(await activationOf(hf('', changes))).toBe('silu');
    expect(await activationOf(chat(changes))).toBe('gelu');
    expect(await reportOf(() => activationOf(hf('', { projector_hidden_act: 'mish' })))).toMatchObject({
      code: 'config-unsupported',
      details: { key: 'projector_hidden_act', actual: '"mish"' },
    });
  });

  it('reads the encoder of transformers saved by itself, and with the connector of VITA', async () => {
    const config = { ...tinyHfVisionConfig, architectures: ['InternVLVisionModel'] };
    const alone = createFolder('encoder', config, hfEncoderShapes(''));
    const checkpoint = await openCheckpoint(alone, null);
    expect(checkpoint).toMatchObject({ layout: 'internvl-vision', connector: null, featureScale: 1, psVersion: 'v2' });
    expect(checkpoint.vision).toMatchObject({ hiddenSize: 4, layers: 2, qkvBias: true });
    expect(checkpoint.weights.get('blocks.1.attention.k.weight')?.byteLength).toBe(4 * 4 * 4);
    expect((await openCheckpoint(alone, vita())).layout).toBe('vita');
  });

  it('takes the encoder of an InternVL chat checkpoint with the connector and the rules of VITA', async () => {
    const checkpoint = await openCheckpoint(chat({ ps_version: 'v1', select_layer: -2 }), vita());
    expect(checkpoint).toMatchObject({ layout: 'vita', psVersion: 'v2', selectLayer: 2, featureScale: 0.5 });
    expect(checkpoint.connector?.layerNormEps).toBeNull();
  });

  it('opens a VITA checkpoint alone that carries its encoder and the configuration of it', async () => {
    const whole = vita({ vision_config: tinyInternVitConfig }, ownEncoderShapes);
    expect(await openCheckpoint(whole, null)).toMatchObject({ layout: 'vita', featureScale: 0.5, selectLayer: 2 });
  });

  it.each([
    ['the published one', {}, 'InternViT/model.safetensors'],
    ['its own where it was trained along', { unfreeze_vision_tower: true }, 'VITA/model.safetensors'],
  ])('a VITA checkpoint saved whole uses %s', async (_, changes, file) => {
    const checkpoint = await openCheckpoint(internVit(), vita(changes, ownEncoderShapes));
    expect(checkpoint.weights.get('embeddings.class')?.file.name).toBe(file);
    expect(checkpoint.weights.get('connector.fc1.weight')?.file.name).toBe('VITA/model.safetensors');
  });

  it('takes the encoder of a VITA checkpoint where the model brings its configuration alone', async () => {
    const configOnly = createMemoryFolder('InternViT', { 'config.json': tinyInternVitConfig });
    const checkpoint = await openCheckpoint(configOnly, vita({}, ownEncoderShapes));
    expect(checkpoint.weights.get('embeddings.class')?.file.name).toBe('VITA/model.safetensors');
    expect((await reportOf(() => openCheckpoint(configOnly, vita()))).code).toBe('checkpoint-no-weights');
  });

  it('reads how images are prepared from the newer file first, and from none for InternVL chat', async () => {
    const files = {
      'model.safetensors': writeSafetensors(fillTensors(internVitShapes())),
      'preprocessor_config.json': { image_mean: [0.1, 0.1, 0.1] },
    };
    const meanOf = async (config: JsonObject, more: Record<string, JsonObject>, weights = {}) => {
      const folder = createMemoryFolder('x', { 'config.json': config, ...files, ...weights, ...more });
      return (await openCheckpoint(folder, null)).normalization.mean[0];
    };
    expect(await meanOf(tinyInternVitConfig, {})).toBe(0.1);
    expect(await meanOf(tinyInternVitConfig, { 'processor_config.json': { image_seq_length: 256 } })).toBe(0.1);
    const nested = { 'processor_config.json': { image_processor: { image_mean: [0.2, 0.2, 0.2] } } };
    expect(await meanOf(tinyInternVitConfig, nested)).toBe(0.2);
    const chatWeights = { 'model.safetensors': writeSafetensors(fillTensors(chatShapes)) };
    expect(await meanOf(chatConfig, nested, chatWeights)).toBe(0.485);
  });

  it('names the dtypes it found, the one with most bytes first', async () => {
    const tensors = fillTensors(internVitShapes());
    const ls1 = tensors['encoder.layers.0.ls1'];
    const mixed = {
      ...tensors,
      'encoder.layers.0.ls1': { dtype: 'F16', shape: ls1?.shape ?? [], data: new Uint8Array(8) },
    };
    const folder = createMemoryFolder('x', {
      'config.json': tinyInternVitConfig,
      'model.safetensors': writeSafetensors(mixed),
    });
    expect((await openCheckpoint(folder, null)).storedDtype).toBe('F32, F16');
  });
});

const qkNormShapes = Object.fromEntries(
  [0, 1].flatMap((index) => ['q', 'k'].map((part) => [`encoder.layers.${index}.attn.${part}_norm.weight`, [4]])),
);

describe('openCheckpoint on other sizes', () => {
  it.each([
    [{ imageSize: 224, patchSize: 14, shuffleFactor: 2 }, 0.5],
    [{ imageSize: 64, patchSize: 16, shuffleFactor: 4 }, 0.25],
    [{ imageSize: 448, patchSize: 28, shuffleFactor: 1 }, 1],
  ])('reads the grid of %j', async (sizes, ratio) => {
    const grid = createTokenGrid(sizes);
    const vision = { ...tinyInternVitConfig, image_size: sizes.imageSize, patch_size: sizes.patchSize };
    const shapes = {
      ...internVitShapes('vision_model.', grid),
      ...chatConnectorShapesOf(sizes.shuffleFactor ** 2),
    };
    const checkpoint = await openCheckpoint(chat({ vision_config: vision, downsample_ratio: ratio }, shapes), null);
    expect(checkpoint.grid).toEqual(grid);
    expect(checkpoint.connector).toMatchObject({ inputSize: sizes.shuffleFactor ** 2 * 4 });
    expect(checkpoint.weights.get('embeddings.position')?.shape).toEqual([1 + grid.patchCount, 4]);
    expect(checkpoint.weights.get('embeddings.patch.weight')?.shape).toEqual([4, 3 * sizes.patchSize ** 2]);
  });

  it('cuts tiles as force_image_size says, from position embeddings of the vision configuration', async () => {
    const checkpoint = await openCheckpoint(chat({ force_image_size: 224 }), null);
    expect(checkpoint.grid).toMatchObject({ tileSizePx: 224, patchCount: 256, shuffledCount: 64 });
    expect(checkpoint.vision).toMatchObject({ imageSize: 224, positionImageSize: 448 });
    expect(checkpoint.weights.get('embeddings.position')?.shape).toEqual([1025, 4]);
  });

  it.each([
    [{ vision_config: { ...tinyInternVitConfig, patch_size: 13 } }, 'image_size is 448', 'patch_size, which is 13'],
    [{ downsample_ratio: 1 / 3 }, 'image_size / patch_size is 32', '1 / downsample_ratio, which is 3'],
    [{ force_image_size: 230 }, 'image_size is 230', 'patch_size, which is 14'],
  ])('refuses %j by name', async (changes, size, part) => {
    const report = await reportOf(() => openCheckpoint(chat(changes), null));
    expect(report).toMatchObject({ code: 'grid-uneven', stage: 'checkpoint' });
    expect(report.message).toContain(`${size}, no multiple of ${part}`);
  });

  it('names a connector that was made for another downsample_ratio', async () => {
    const report = await reportOf(() => openCheckpoint(chat({ downsample_ratio: 0.25 }), null));
    expect(report).toMatchObject({ code: 'tensor-shape', details: { tensor: 'mlp1.1.weight', expected: 'any, 64' } });
  });
});

describe('openCheckpoint on what is wrong', () => {
  it('accepts what the cases below are variations of', async () => {
    expect((await openCheckpoint(internVit(), vita())).layout).toBe('vita');
    expect((await openCheckpoint(chat(), null)).layout).toBe('internvl-chat');
  });

  it.each([
    'embeddings.class_embedding',
    'encoder.layers.0.attn.qkv.weight',
    'encoder.layers.1.ls2',
    'encoder.layers.1.mlp.fc2.bias',
  ])('names the missing %s', async (tensor) => {
    const report = await reportOf(() => openCheckpoint(internVit({}, without(internVitShapes(), tensor)), null));
    expect(report).toMatchObject({
      code: 'tensor-missing',
      details: { file: 'InternViT/model.safetensors', tensor },
    });
  });

  it('names the missing part of a connector', async () => {
    const report = await reportOf(() => openCheckpoint(chat({}, without(chatShapes, 'mlp1.0.weight')), null));
    expect(report).toMatchObject({ code: 'tensor-missing', details: { tensor: 'mlp1.0.weight' } });
  });

  it.each([
    ['embeddings.class_embedding', [4], '1, 1, 4'],
    ['embeddings.patch_embedding.weight', [4, 3, 16, 16], '4, 3, 14, 14'],
    ['embeddings.position_embedding', [1, 257, 4], '1, 1025, 4'],
    ['encoder.layers.0.attn.qkv.weight', [4, 12], '12, 4'],
    ['encoder.layers.1.mlp.fc1.weight', [7, 4], '6, 4'],
  ])('refuses %s of shape %j', async (tensor, shape, expected) => {
    const report = await reportOf(() => openCheckpoint(internVit({}, { ...internVitShapes(), [tensor]: shape }), null));
    expect(report).toMatchObject({
      code: 'tensor-shape',
      details: { file: 'InternViT/model.safetensors', tensor, actual: shape.join(', '), expected },
    });
  });

  it.each([
    ['model.mm_projector.0.weight', [3, 20], 'any, 16'],
    ['model.mm_projector.0.weight', [48], 'any, 16'],
    ['model.mm_projector.2.weight', [3, 4], 'any, 3'],
    ['model.mm_projector.2.bias', [4], '3'],
  ])('refuses %s of shape %j', async (tensor, shape, expected) => {
    const connector = vita({}, { ...vitaConnectorShapes, [tensor]: shape });
    const report = await reportOf(() => openCheckpoint(internVit(), connector));
    expect(report).toMatchObject({
      code: 'tensor-shape',
      details: { file: 'VITA/model.safetensors', tensor, expected },
    });
  });

  it.each(['I64', 'F8_E4M3', 'X9'])('refuses dtype %s where it is needed, and only there', async (dtype) => {
    const tensors = fillTensors(internVitShapes());
    const strange = { dtype, shape: [0], data: new Uint8Array(0) };
    const folderOf = (name: string, shape: readonly number[]) => {
      const byteLength = dtype === 'I64' ? 8 * (shape[0] ?? 0) : (shape[0] ?? 0);
      const tensor = { ...strange, shape, data: new Uint8Array(byteLength) };
      return createMemoryFolder('x', {
        'config.json': tinyInternVitConfig,
        'model.safetensors': writeSafetensors({ ...tensors, [name]: tensor }),
      });
    };
    expect((await openCheckpoint(folderOf('language_model.ids', [4]), null)).storedDtype).toBe('F32');
    const report = await reportOf(() => openCheckpoint(folderOf('encoder.layers.0.ls1', [4]), null));
    expect(report).toMatchObject({
      code: 'safetensors-dtype',
      details: { file: 'x/model.safetensors', tensor: 'encoder.layers.0.ls1', dtype },
    });
  });

  it('stops at the first layer that is not there, however many are claimed', async () => {
    const report = await reportOf(() => openCheckpoint(internVit({ num_hidden_layers: 2 ** 40 }), null));
    expect(report).toMatchObject({ code: 'tensor-missing', details: { tensor: 'encoder.layers.2.norm1.weight' } });
  });

  it.each([
    ['tensors of another kind', { model_type: 'qwen2' }, { 'model.embed_tokens.weight': [4, 4] }],
    [
      'a configuration of another family',
      { model_type: 'clip_vision_model', architectures: undefined },
      internVitShapes(),
    ],
    ['tensors that belong to another family', { model_type: 'internvl_chat', architectures: [] }, internVitShapes()],
  ])('refuses %s', async (_, changes, shapes) => {
    const report = await reportOf(() => openCheckpoint(internVit(changes, shapes), null));
    expect(report).toMatchObject({ code: 'checkpoint-unknown-layout', details: { folder: 'InternViT' } });
  });

  it('lets the tensors decide where the configuration names no model', async () => {
    const checkpoint = await openCheckpoint(internVit({ model_type: undefined, architectures: undefined }), null);
    expect(checkpoint.layout).toBe('internvit');
  });

  it.each([
    ['without an encoder', vitaConnectorShapes],
    ['with an encoder of unknown configuration', ownEncoderShapes],
  ])('asks for the encoder of a VITA checkpoint %s', async (_, shapes) => {
    const report = await reportOf(() => openCheckpoint(vita({}, shapes), null));
    expect(report).toMatchObject({
      code: 'checkpoint-needs-encoder',
      details: { folder: 'VITA', suggestion: 'OpenGVLab/InternViT-300M-448px' },
    });
  });

  it.each([
    ['/mnt/weights/InternViT-300M-448px', 'OpenGVLab/InternViT-300M-448px'],
    ['/mnt/weights/tower', 'the encoder it was trained with (/mnt/weights/tower)'],
    [undefined, 'the InternViT it was trained with'],
  ])('suggests the encoder that %s stands for', async (tower, suggestion) => {
    const report = await reportOf(() => openCheckpoint(vita({ mm_vision_tower: tower }), null));
    expect(report).toMatchObject({ code: 'checkpoint-needs-encoder', details: { suggestion } });
    expect(report.remedy).toContain(suggestion);
  });

  it('refuses the connector of another vision tower before it asks for an encoder', async () => {
    const siglip = vita({ mm_vision_tower: 'google/siglip-so400m-patch14-384' });
    for (const open of [() => openCheckpoint(siglip, null), () => openCheckpoint(internVit(), siglip)]) {
      expect(await reportOf(open)).toMatchObject({ code: 'config-unsupported', details: { key: 'mm_vision_tower' } });
    }
  });

  it.each([
    ['InternVL chat', chatConfig, internVitShapes('vision_model.'), 'mlp1.1.weight'],
    ['-hf', hfConfig, hfEncoderShapes('vision_tower.'), 'multi_modal_projector.linear_1.weight'],
    ['newer -hf', hfConfig, hfEncoderShapes('model.vision_tower.'), 'model.multi_modal_projector.linear_1.weight'],
    [
      'whole VITA',
      { ...tinyVitaConfig, vision_config: tinyInternVitConfig },
      internVitShapes('model.vision_tower.vision_tower.'),
      'model.mm_projector.0.weight',
    ],
  ])('misses the connector of a %s checkpoint that has its encoder alone', async (_, config, shapes, tensor) => {
    const report = await reportOf(() => openCheckpoint(createFolder('x', config, shapes), null));
    expect(report).toMatchObject({ code: 'tensor-missing', details: { file: 'x/model.safetensors', tensor } });
  });

  it('refuses a connector folder without a connector', async () => {
    const report = await reportOf(() => openCheckpoint(internVit(), internVit()));
    expect(report).toMatchObject({ code: 'checkpoint-no-connector', details: { folder: 'InternViT' } });
  });

  it('says where a configuration is missing or no JSON', async () => {
    const weights = { 'model.safetensors': writeSafetensors(fillTensors(internVitShapes())) };
    const missing = await reportOf(() => openCheckpoint(createMemoryFolder('x', weights), null));
    expect(missing).toMatchObject({ code: 'file-not-found', details: { url: 'x/config.json' } });
    const broken = createMemoryFolder('x', { ...weights, 'config.json': new TextEncoder().encode('<html>') });
    expect(await reportOf(() => openCheckpoint(broken, null))).toMatchObject({
      code: 'json-invalid',
      details: { file: 'x/config.json' },
    });
  });

  it('says below which section a key is wrong', async () => {
    const report = await reportOf(() =>
      openCheckpoint(chat({ vision_config: { ...tinyInternVitConfig, image_size: [448, 224] } }), null),
    );
    expect(report).toMatchObject({
      code: 'config-unsupported',
      details: { key: 'vision_config.image_size', actual: '[448,224]' },
    });
    const noSection = await reportOf(() => openCheckpoint(chat({ vision_config: 'InternViT' }), null));
    expect(noSection).toMatchObject({ code: 'config-invalid', details: { key: 'vision_config' } });
  });
});
