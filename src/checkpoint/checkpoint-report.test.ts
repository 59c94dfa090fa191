import { describe, expect, it } from 'vitest';
import {
  chatConnectorShapes,
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
import { inspectCheckpoint } from './checkpoint-report.ts';
import type { JsonObject } from './folder.ts';
import { openCheckpoint } from './vision-checkpoint.ts';

const chatConfig = { model_type: 'internvl_chat', vision_config: tinyInternVitConfig };
const chatShapes: TensorShapes = {
  ...internVitShapes('vision_model.'),
  ...chatConnectorShapes,
  'language_model.lm_head.weight': [10, 3],
  'language_model.model.norm.weight': [3],
};

const openChat = (shapes: TensorShapes, config = {}) =>
  createMemoryFolder('x', {
    'config.json': { ...chatConfig, ...config },
    'model.safetensors': writeSafetensors(fillTensors(shapes)),
  });

function without(shapes: TensorShapes, ...names: readonly string[]): TensorShapes {
  return Object.fromEntries(Object.entries(shapes).filter(([name]) => !names.includes(name)));
}

describe('inspectCheckpoint', () => {
  it('tells what of an InternVL file is used and what is left', async () => {
    const folder = createDiskFolder('e2e/fixtures/reference/internvl-chat-v2-bf16/InternVL');
    const { report, checkpoint } = await inspectCheckpoint(folder, null);
    const opened = await openCheckpoint(folder, null);
    expect([...(checkpoint?.weights.keys() ?? [])]).toEqual([...opened.weights.keys()]);
    const { byteLength, parameters } = opened;
    expect(report).toMatchObject({ layout: 'internvl-chat', storedDtype: 'BF16', parameters });
    expect(report.used).toEqual({ count: 4 + 3 * 14 + 6, byteLength });
    expect(report.skipped).toEqual({
      count: 2,
      byteLength: 2 * 50 * 96 * 2,
      groups: [{ name: 'language_model', count: 2 }],
    });
    expect(report.unexpected).toEqual({ count: 0, byteLength: 0, tensors: [] });
    expect([report.missing, report.unusable]).toEqual([[], []]);
    expect(report.download.byteLength / byteLength).toBeLessThanOrEqual(1.02);
    expect(report.largestWeight).toEqual({ name: 'embeddings.position', elements: 1025 * 64 });
  });

  it('counts the tensors of an encoder and a connector in shards', async () => {
    const folder = (name: string) => createDiskFolder(`e2e/fixtures/reference/vita-bf16-sharded/${name}`);
    const { report } = await inspectCheckpoint(folder('InternViT'), folder('VITA'));
    expect(report).toMatchObject({ layout: 'vita', used: { count: 4 + 3 * 14 + 4 }, missing: [] });
    expect(report.skipped.groups.map(({ name }) => name)).not.toContain('model.mm_projector');
    expect(report.skipped.count).toBeGreaterThan(0);
  });

  it('lists every missing tensor, where openCheckpoint stops at the first', async () => {
    const missing = [
      'vision_model.encoder.layers.0.attn.qkv.weight',
      'vision_model.encoder.layers.1.ls2',
      'mlp1.0.bias',
    ];
    const folder = openChat(without(chatShapes, ...missing));
    const { report, checkpoint } = await inspectCheckpoint(folder, null);
    expect(report.missing).toEqual(missing);
    expect(report.used.count).toBe(Object.keys(chatShapes).length - 2 - 3);
    expect(checkpoint).toBeNull();
    const first = await reportOf(() => openCheckpoint(folder, null));
    expect(first).toMatchObject({ code: 'tensor-missing', details: { tensor: missing[0] } });
    const complete = await inspectCheckpoint(openChat(chatShapes), null);
    expect(complete.report.missing).toEqual([]);
    expect(complete.checkpoint).not.toBeNull();
  });

  it('lists the connector whose linear layer is missing', async () => {
    const { report } = await inspectCheckpoint(openChat(without(chatShapes, 'mlp1.1.weight')), null);
    expect(report.missing).toEqual(['mlp1.1.weight']);
    expect(report.unexpected.count).toBe(0);
  });

  it('lists tensors of another shape, and those nobody expects', async () => {
    const shapes = { ...chatShapes, 'mlp1.3.bias': [4], 'vision_model.encoder.layers.2.ls1': [4], 'mlp1.9.bias': [2] };
    const { report, checkpoint } = await inspectCheckpoint(openChat(shapes), null);
    expect(report.unusable).toMatchObject([{ code: 'tensor-shape', details: { tensor: 'mlp1.3.bias', actual: '4' } }]);
    expect(report.unexpected).toEqual({
      count: 2,
      byteLength: 4 * (4 + 2),
      tensors: ['mlp1.9.bias', 'vision_model.encoder.layers.2.ls1'],
    });
    expect(report.skipped.byteLength).toBe(4 * (30 + 3) + 4 * 4);
    expect(checkpoint).toBeNull();
  });

  it('expects position embeddings and a last norm only where the configuration has them', async () => {
    const config = { ...tinyHfVisionConfig, architectures: ['InternVLVisionModel'] };
    const norm = { 'layernorm.bias': [4], 'layernorm.weight': [4] };
    const inspect = async (changes: JsonObject, shapes = hfEncoderShapes('')) => {
      const folder = createMemoryFolder('x', {
        'config.json': { ...config, ...changes },
        'model.safetensors': writeSafetensors(fillTensors(shapes)),
      });
      const { missing, unexpected } = (await inspectCheckpoint(folder, null)).report;
      return { missing, unexpected };
    };
    const nothing = { count: 0, byteLength: 0, tensors: [] };
    expect(await inspect({})).toEqual({ missing: [], unexpected: nothing });
    expect(await inspect({ use_absolute_position_embeddings: false })).toEqual({
      missing: [],
      unexpected: { count: 1, byteLength: 4 * 1025 * 4, tensors: ['embeddings.position_embeddings'] },
    });
    const normed = { ...hfEncoderShapes(''), ...norm };
    expect(await inspect({ use_mean_pooling: false }, normed)).toEqual({ missing: [], unexpected: nothing });
    expect(await inspect({}, normed)).toEqual({
      missing: [],
      unexpected: { count: 2, byteLength: 2 * 4 * 4, tensors: Object.keys(norm) },
    });
    expect(await inspect({ use_mean_pooling: false })).toEqual({
      missing: ['layernorm.weight', 'layernorm.bias'],
      unexpected: nothing,
    });
  });

  it('ends the list for a configuration that claims a billion layers', async () => {
    const vision_config = { ...tinyInternVitConfig, num_hidden_layers: 1e9 };
    const { report } = await inspectCheckpoint(openChat(chatShapes, { vision_config }), null);
    expect(report.missing.length).toBe(10_000);
  });

  it('does not know the bytes of shards whose index does not tell', async () => {
    const connector = (metadata: object) =>
      createMemoryFolder('VITA', {
        'config.json': tinyVitaConfig,
        'one.safetensors': writeSafetensors(fillTensors(vitaConnectorShapes)),
        'model.safetensors.index.json': {
          ...metadata,
          weight_map: {
            ...Object.fromEntries(Object.keys(vitaConnectorShapes).map((name) => [name, 'one.safetensors'])),
            'model.layers.0.weight': 'two.safetensors',
          },
        },
      });
    const model = createMemoryFolder('InternViT', {
      'config.json': tinyInternVitConfig,
      'model.safetensors': writeSafetensors(fillTensors(internVitShapes())),
    });
    const silent = await inspectCheckpoint(model, connector({}));
    expect(silent.report.skipped).toEqual({ count: 1, byteLength: null, groups: [{ name: 'model.layers', count: 1 }] });
    const connectorBytes = 4 * (3 * 16 + 3 + 9 + 3);
    const told = await inspectCheckpoint(model, connector({ metadata: { total_size: connectorBytes + 1000 } }));
    expect(told.report.skipped.byteLength).toBe(1000);
  });

  it('fails as openCheckpoint does where it is not about a tensor', async () => {
    const folder = createMemoryFolder('x', { 'config.json': chatConfig });
    expect((await reportOf(() => inspectCheckpoint(folder, null))).code).toBe('checkpoint-no-weights');
  });
});
