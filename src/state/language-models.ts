/** Sizes of a language model's blocks: attention with grouped keys and values, and a gated MLP. */
export interface LanguageModelSizes {
  /** `num_hidden_layers` of its config.json. */
  readonly layers: number;
  /** `hidden_size`. */
  readonly hiddenSize: number;
  /** `num_attention_heads`. */
  readonly heads: number;
  /** `num_key_value_heads`. */
  readonly kvHeads: number;
  /** Channels of one head: `head_dim`, where that is absent `hidden_size / num_attention_heads`. */
  readonly headSize: number;
  /** `intermediate_size`; of one expert, where there are several. */
  readonly intermediateSize: number;
  /** `num_local_experts`; 1 for a model without a router. */
  readonly experts: number;
  /** `num_experts_per_tok`: how many of them a token passes. */
  readonly activeExperts: number;
}

export const languageModelNames = ['Qwen2.5-0.5B', 'Qwen2.5-7B', 'Mixtral 8x7B'] as const;
export type LanguageModelName = (typeof languageModelNames)[number];

/** A published language model behind the connectors that this app reads. */
export interface LanguageModel {
  readonly sizes: LanguageModelSizes;
  /** Whose language model it is. */
  readonly usedBy: readonly string[];
  /** The repository whose config.json has the sizes. */
  readonly repository: string;
}

/**
 * The sizes as they are published:
 *
 * - https://huggingface.co/Qwen/Qwen2.5-0.5B/blob/main/config.json
 * - https://huggingface.co/Qwen/Qwen2.5-7B/blob/main/config.json; the same numbers stand in
 *   https://huggingface.co/VITA-MLLM/VITA-1.5/blob/main/config.json
 * - https://huggingface.co/mistralai/Mixtral-8x7B-v0.1/blob/main/config.json, and table 1 of Jiang et al. 2024, "Mixtral
 *   of Experts", https://arxiv.org/abs/2401.04088
 */
export const languageModels: Readonly<Record<LanguageModelName, LanguageModel>> = {
  'Qwen2.5-0.5B': {
    sizes: {
      layers: 24,
      hiddenSize: 896,
      heads: 14,
      kvHeads: 2,
      headSize: 64,
      intermediateSize: 4864,
      experts: 1,
      activeExperts: 1,
    },
    usedBy: ['InternVL2.5-1B', 'InternVL3-1B'],
    repository: 'Qwen/Qwen2.5-0.5B',
  },
  'Qwen2.5-7B': {
    sizes: {
      layers: 28,
      hiddenSize: 3584,
      heads: 28,
      kvHeads: 4,
      headSize: 128,
      intermediateSize: 18944,
      experts: 1,
      activeExperts: 1,
    },
    usedBy: ['VITA-1.5', 'InternVL3-8B'],
    repository: 'Qwen/Qwen2.5-7B',
  },
  'Mixtral 8x7B': {
    sizes: {
      layers: 32,
      hiddenSize: 4096,
      heads: 32,
      kvHeads: 8,
      headSize: 128,
      intermediateSize: 14336,
      experts: 8,
      activeExperts: 2,
    },
    usedBy: ['VITA'],
    repository: 'mistralai/Mixtral-8x7B-v0.1',
  },
};

/** The first published language model whose embeddings are `tokenSize` wide; VITA-1.5's where none is. */
export function languageModelOfWidth(tokenSize: number | null): LanguageModelName {
  return languageModelNames.find((name) => languageModels[name].sizes.hiddenSize === tokenSize) ?? 'Qwen2.5-7B';
}

/** Weights of the query, key, value and output projections of one layer: `2 d s (h + g)`. */
export function projectionWeights({ hiddenSize, heads, kvHeads, headSize }: LanguageModelSizes): number {
  return 2 * hiddenSize * headSize * (heads + kvHeads);
}

/** Weights of the gate, up and down projections of one expert of one layer: `3 d m`. */
export function expertWeights({ hiddenSize, intermediateSize }: LanguageModelSizes): number {
  return 3 * hiddenSize * intermediateSize;
}

/** Parameters of all blocks, every expert counted; biases, norms and the router are left out, 0.02 % at most. */
export function countBlockParameters(sizes: LanguageModelSizes): number {
  return sizes.layers * (projectionWeights(sizes) + sizes.experts * expertWeights(sizes));
}

export const typedSizeNames = ['layers', 'hiddenSize', 'heads', 'kvHeads', 'intermediateSize'] as const;
/** The sizes that a user types; the others follow from them. */
export type TypedSizes = Readonly<Record<(typeof typedSizeNames)[number], number>>;

/** The largest size that is taken; no published model comes near it. */
export const mostTyped = 100_000;

/** What is wrong with the sizes that were typed. */
export interface SizesProblem {
  readonly field: keyof TypedSizes;
  readonly reason: 'not-a-count' | 'heads-not-in-hidden-size' | 'kv-heads-not-in-heads';
}

/** The first thing that is wrong with `typed`; null where it can be the sizes of a model. */
export function checkSizes(typed: TypedSizes): SizesProblem | null {
  const notCount = typedSizeNames.find((field) => !isCount(typed[field]));
  if (notCount) return { field: notCount, reason: 'not-a-count' };
  if (typed.hiddenSize % typed.heads !== 0) return { field: 'heads', reason: 'heads-not-in-hidden-size' };
  if (typed.heads % typed.kvHeads !== 0) return { field: 'kvHeads', reason: 'kv-heads-not-in-heads' };
  return null;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= mostTyped;
}

/** The sizes of a model without experts, from what was typed and found right by `checkSizes`. */
export function sizesOfTyped(typed: TypedSizes): LanguageModelSizes {
  return { ...typed, headSize: typed.hiddenSize / typed.heads, experts: 1, activeExperts: 1 };
}
