import type { JsonObject } from '#checkpoint/folder.ts';
import { publishedGrid, type TokenGrid } from '#tensor/grid.ts';
import { elementCount, type Shape } from '#tensor/shape.ts';
import { float32Tensor, type TensorToWrite } from './safetensors.ts';

/** Sizes of a checkpoint that tests write themselves. */
export const tinySizes = { hiddenSize: 4, layers: 2, heads: 2, intermediateSize: 6, tokenSize: 3 } as const;

const { hiddenSize, layers, heads, intermediateSize, tokenSize } = tinySizes;

/** An InternViT `config.json` of `tinySizes`. */
export const tinyInternVitConfig: JsonObject = {
  model_type: 'intern_vit_6b',
  architectures: ['InternVisionModel'],
  hidden_size: hiddenSize,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  intermediate_size: intermediateSize,
  image_size: 448,
  patch_size: 14,
  num_channels: 3,
  qkv_bias: true,
  qk_normalization: false,
  norm_type: 'layer_norm',
  layer_norm_eps: 1e-6,
  hidden_act: 'gelu',
};

/** The same encoder's `vision_config` as transformers writes it. */
export const tinyHfVisionConfig: JsonObject = {
  model_type: 'internvl_vision',
  hidden_size: hiddenSize,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  intermediate_size: intermediateSize,
  image_size: [448, 448],
  patch_size: [14, 14],
  attention_bias: true,
  use_qk_norm: false,
};

/** A VITA `config.json` of `tinySizes`. */
export const tinyVitaConfig: JsonObject = {
  model_type: 'vita-qwen2',
  architectures: ['VITAQwen2ForCausalLM'],
  mm_hidden_size: 4 * hiddenSize,
  mm_projector_type: 'mlp2x_gelu',
  mm_vision_tower: 'OpenGVLab/InternViT-300M-448px',
  hidden_size: tokenSize,
};

export type TensorShapes = Readonly<Record<string, Shape>>;

/** Tensors of `shapes` in F32; every element of a tensor differs from the others of it. */
export function fillTensors(shapes: TensorShapes): Record<string, TensorToWrite> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], index) => [
      name,
      float32Tensor(
        shape,
        Float32Array.from({ length: elementCount(shape) }, (_, element) => index + element / 8192),
      ),
    ]),
  );
}

/** Shapes of an InternViT encoder's tensors below `prefix`; position embeddings are of `grid`. */
export function internVitShapes(
  prefix = '',
  { patchSizePx, patchCount }: Pick<TokenGrid, 'patchSizePx' | 'patchCount'> = publishedGrid,
): TensorShapes {
  const embeddings = {
    class_embedding: [1, 1, hiddenSize],
    'patch_embedding.weight': [hiddenSize, 3, patchSizePx, patchSizePx],
    'patch_embedding.bias': [hiddenSize],
    position_embedding: [1, 1 + patchCount, hiddenSize],
  };
  const block = {
    'attn.qkv.weight': [3 * hiddenSize, hiddenSize],
    'attn.qkv.bias': [3 * hiddenSize],
    'attn.proj.weight': [hiddenSize, hiddenSize],
    'attn.proj.bias': [hiddenSize],
    'mlp.fc1.weight': [intermediateSize, hiddenSize],
    'mlp.fc1.bias': [intermediateSize],
    'mlp.fc2.weight': [hiddenSize, intermediateSize],
    'mlp.fc2.bias': [hiddenSize],
    'norm1.weight': [hiddenSize],
    'norm1.bias': [hiddenSize],
    'norm2.weight': [hiddenSize],
    'norm2.bias': [hiddenSize],
    ls1: [hiddenSize],
    ls2: [hiddenSize],
  };
  return { ...prefixed(`${prefix}embeddings.`, embeddings), ...inEachBlock(`${prefix}encoder.layers.`, block) };
}

/** Shapes of the same encoder's tensors as transformers names them. */
export function hfEncoderShapes(prefix: string): TensorShapes {
  const embeddings = {
    cls_token: [1, 1, hiddenSize],
    'patch_embeddings.projection.weight': [hiddenSize, 3, 14, 14],
    'patch_embeddings.projection.bias': [hiddenSize],
    position_embeddings: [1, 1025, hiddenSize],
  };
  const linears = ['q_proj', 'k_proj', 'v_proj', 'projection_layer'].map((linear) =>
    prefixed(`attention.${linear}.`, { weight: [hiddenSize, hiddenSize], bias: [hiddenSize] }),
  );
  const block = Object.assign({}, ...linears, {
    'mlp.fc1.weight': [intermediateSize, hiddenSize],
    'mlp.fc1.bias': [intermediateSize],
    'mlp.fc2.weight': [hiddenSize, intermediateSize],
    'mlp.fc2.bias': [hiddenSize],
    'layernorm_before.weight': [hiddenSize],
    'layernorm_before.bias': [hiddenSize],
    'layernorm_after.weight': [hiddenSize],
    'layernorm_after.bias': [hiddenSize],
    lambda_1: [hiddenSize],
    lambda_2: [hiddenSize],
  });
  return { ...prefixed(`${prefix}embeddings.`, embeddings), ...inEachBlock(`${prefix}encoder.layer.`, block) };
}

/** Shapes of a connector's tensors; `norm` null leaves the LayerNorm out. It takes tokens of `blocks` patches. */
export function connectorShapes(
  prefix: string,
  { norm, fc1, fc2 }: { norm: string | null; fc1: string; fc2: string },
  width: number = tokenSize,
  blocks = 4,
): TensorShapes {
  const inputSize = blocks * hiddenSize;
  return {
    ...(norm === null ? {} : prefixed(`${prefix}${norm}.`, { weight: [inputSize], bias: [inputSize] })),
    ...prefixed(`${prefix}${fc1}.`, { weight: [width, inputSize], bias: [width] }),
    ...prefixed(`${prefix}${fc2}.`, { weight: [tokenSize, width], bias: [tokenSize] }),
  };
}

/** Shapes of InternVL chat's and of VITA's connector. */
const chatNames = { norm: '0', fc1: '1', fc2: '3' } as const;
export const chatConnectorShapes = connectorShapes('mlp1.', chatNames);
/** The same of tokens of another number of patches than four. */
export const chatConnectorShapesOf = (blocks: number) => connectorShapes('mlp1.', chatNames, tokenSize, blocks);
export const vitaConnectorShapes = connectorShapes('model.mm_projector.', { norm: null, fc1: '0', fc2: '2' });

function prefixed(prefix: string, shapes: TensorShapes): TensorShapes {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [prefix + name, shape]));
}

function inEachBlock(prefix: string, shapes: TensorShapes): TensorShapes {
  return Object.assign({}, ...Array.from({ length: layers }, (_, index) => prefixed(`${prefix}${index}.`, shapes)));
}
