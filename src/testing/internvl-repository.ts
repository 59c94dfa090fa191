import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elementCount, type Shape } from '#tensor/shape.ts';
import { writeSafetensors } from './safetensors.ts';

const hiddenSize = 512;
const layers = 4;
const intermediateSize = 2048;
const tokenSize = 896;

/** A repository on disk: an InternVL checkpoint in BF16 that is mostly language model. */
export interface InternVlRepository {
  /** Folder that holds `owner/name`. */
  readonly root: string;
  readonly repository: string;
  /** Bytes of `config.json`, of the header, and of the tensors of encoder and connector. */
  readonly neededByteLength: number;
  readonly byteLength: number;
  remove(): Promise<void>;
}

function visionShapes(): Record<string, Shape> {
  const shapes: Record<string, Shape> = {
    'embeddings.class_embedding': [1, 1, hiddenSize],
    'embeddings.patch_embedding.bias': [hiddenSize],
    'embeddings.patch_embedding.weight': [hiddenSize, 3, 14, 14],
    'embeddings.position_embedding': [1, 1025, hiddenSize],
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const linear = {
      'attn.proj': [hiddenSize, hiddenSize],
      'attn.qkv': [3 * hiddenSize, hiddenSize],
      'mlp.fc1': [intermediateSize, hiddenSize],
      'mlp.fc2': [hiddenSize, intermediateSize],
    };
    const name = `encoder.layers.${layer}`;
    for (const [part, [outputs = 0, inputs = 0]] of Object.entries(linear)) {
      shapes[`${name}.${part}.bias`] = [outputs];
      shapes[`${name}.${part}.weight`] = [outputs, inputs];
    }
    for (const part of ['ls1', 'ls2', 'norm1.bias', 'norm1.weight', 'norm2.bias', 'norm2.weight']) {
      shapes[`${name}.${part}`] = [hiddenSize];
    }
  }
  return shapes;
}

/** Writes a checkpoint of about 85 MB, of which 33 MB are needed, in the order in which the published files have theirs. */
export async function writeInternVlRepository(): Promise<InternVlRepository> {
  const needed: Record<string, Shape> = {
    'mlp1.0.bias': [4 * hiddenSize],
    'mlp1.0.weight': [4 * hiddenSize],
    'mlp1.1.bias': [tokenSize],
    'mlp1.1.weight': [tokenSize, 4 * hiddenSize],
    'mlp1.3.bias': [tokenSize],
    'mlp1.3.weight': [tokenSize, tokenSize],
  };
  for (const [name, shape] of Object.entries(visionShapes())) needed[`vision_model.${name}`] = shape;
  const shapes: Record<string, Shape> = { 'language_model.model.embed_tokens.weight': [29_000, tokenSize], ...needed };
  let seed = 1;
  const tensors = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const words = new Uint32Array(Math.ceil(elementCount(shape) / 2));
      // xorshift32: no two pieces of the file are alike.
      for (let index = 0; index < words.length; index += 1) {
        seed ^= seed << 13;
        seed ^= seed >>> 17;
        seed ^= seed << 5;
        words[index] = seed;
      }
      return [name, { dtype: 'BF16', shape, data: new Uint8Array(words.buffer, 0, 2 * elementCount(shape)) }];
    }),
  );
  const weights = writeSafetensors(tensors);
  const config = JSON.stringify({
    model_type: 'internvl_chat',
    downsample_ratio: 0.5,
    ps_version: 'v2',
    vision_config: {
      model_type: 'intern_vit_6b',
      hidden_size: hiddenSize,
      num_hidden_layers: layers,
      num_attention_heads: 8,
      intermediate_size: intermediateSize,
      image_size: 448,
      patch_size: 14,
      qkv_bias: true,
      qk_normalization: false,
      norm_type: 'layer_norm',
    },
  });
  const root = await mkdtemp(join(tmpdir(), 'token-lens-'));
  const repository = 'owner/InternVL';
  await mkdir(join(root, repository), { recursive: true });
  await writeFile(join(root, repository, 'config.json'), config);
  await writeFile(join(root, repository, 'model.safetensors'), weights);
  const elements = (all: Record<string, Shape>) =>
    Object.values(all).reduce((sum, shape) => sum + elementCount(shape), 0);
  const headByteLength = weights.byteLength - 2 * elements(shapes);
  return {
    root,
    repository,
    neededByteLength: config.length + headByteLength + 2 * elements(needed),
    byteLength: weights.byteLength,
    remove: () => rm(root, { recursive: true }),
  };
}
