import { TokenLensError } from '#errors.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import { expertWeights, type LanguageModelSizes, projectionWeights } from './language-models.ts';

/**
 * What image tokens cost a language model, counted as Kaplan et al. 2020 do in table 1 of "Scaling Laws for Neural
 * Language Models" (https://arxiv.org/abs/2001.08361): two FLOPs a weight and token, and attention on top. Matrix
 * products alone are counted, not embeddings, norms, softmax, rotary positions, the router or the vocabulary head.
 */

/** Bytes of one cached key or value: bfloat16 or float16, as the published models run. */
export const kvValueByteLength = 2;

/** What a prompt costs before the first word is answered. */
export interface Cost {
  readonly tokens: number;
  /** Query, key, value and output projections. */
  readonly projectionFlops: number;
  readonly mlpFlops: number;
  /** Scores and weighted sums: the part that grows with the square of the tokens. */
  readonly attentionFlops: number;
  /** The three together. */
  readonly flops: number;
  readonly kvCacheByteLength: number;
}

/** FLOPs of the query, key, value and output projections over `tokens` tokens: `2 n L 2 d s (h + g)`. */
export function projectionFlops(model: LanguageModelSizes, tokens: number): number {
  return 2 * tokens * model.layers * projectionWeights(model);
}

/** FLOPs of the gated MLPs over `tokens` tokens, of the active experts alone: `2 n L e 3 d m`. */
export function mlpFlops(model: LanguageModelSizes, tokens: number): number {
  return 2 * tokens * model.layers * model.activeExperts * expertWeights(model);
}

/**
 * FLOPs of causal attention over a prompt of `tokens` tokens: `2 n² L h s`.
 *
 * Scores and weighted sums take `2 n² h s` each; a token attends only to itself and those before it, so half of that is
 * needed. Kaplan's table 1 (`2 n_layer n_ctx d_attn` a token) and the benchmark of FlashAttention count the same half,
 * https://github.com/Dao-AILab/flash-attention/blob/main/benchmarks/benchmark_flash_attention.py. Code that computes the
 * masked half and throws it away spends twice as much.
 */
export function attentionFlops({ layers, heads, headSize }: LanguageModelSizes, tokens: number): number {
  return 2 * tokens ** 2 * layers * heads * headSize;
}

/** Bytes of the keys and values kept of `tokens` tokens: `2 L g s 2 n`. */
export function kvCacheByteLength({ layers, kvHeads, headSize }: LanguageModelSizes, tokens: number): number {
  return 2 * layers * kvHeads * headSize * kvValueByteLength * tokens;
}

/** What a prompt of `tokens` tokens costs `model`. */
export function costOf(model: LanguageModelSizes, tokens: number): Cost {
  const parts = {
    projectionFlops: projectionFlops(model, tokens),
    mlpFlops: mlpFlops(model, tokens),
    attentionFlops: attentionFlops(model, tokens),
  };
  return {
    tokens,
    ...parts,
    flops: parts.projectionFlops + parts.mlpFlops + parts.attentionFlops,
    kvCacheByteLength: kvCacheByteLength(model, tokens),
  };
}

/** What the tiles of a run cost with and without the pixel shuffle. */
export interface Bill {
  /** At the tokens a tile that the shuffle leaves. */
  readonly shuffled: Cost;
  /** At a token for each patch, if nothing were shuffled. */
  readonly unshuffled: Cost;
  /** `unshuffled - shuffled`, part by part. */
  readonly saved: Cost;
  /** `unshuffled / shuffled`, part by part: patches a token, squared for attention, so that the whole comes to more. */
  readonly ratio: Readonly<Record<keyof Cost, number>>;
}

export interface BillSubject {
  readonly tiles: number;
  readonly model: LanguageModelSizes;
  /** How many tokens a tile has. */
  readonly grid: Pick<TokenGrid, 'patchCount' | 'shuffledCount'>;
}

/**
 * The bill for `tiles` tiles, the thumbnail among them. The text of the prompt is not on it.
 *
 * @throws TokenLensError `invalid-argument` unless `tiles` is a positive integer.
 */
export function billOf({ tiles, model, grid }: BillSubject): Bill {
  if (!Number.isInteger(tiles) || tiles < 1) {
    throw new TokenLensError('invalid-argument', 'analysis', {
      name: 'tiles',
      actual: tiles,
      expected: 'a positive integer',
    });
  }
  const shuffled = costOf(model, tiles * grid.shuffledCount);
  const unshuffled = costOf(model, tiles * grid.patchCount);
  return {
    shuffled,
    unshuffled,
    saved: combine(unshuffled, shuffled, (without, withIt) => without - withIt),
    ratio: combine(unshuffled, shuffled, (without, withIt) => without / withIt),
  };
}

function combine(one: Cost, other: Cost, operation: (one: number, other: number) => number): Bill['ratio'] {
  return {
    tokens: operation(one.tokens, other.tokens),
    projectionFlops: operation(one.projectionFlops, other.projectionFlops),
    mlpFlops: operation(one.mlpFlops, other.mlpFlops),
    attentionFlops: operation(one.attentionFlops, other.attentionFlops),
    flops: operation(one.flops, other.flops),
    kvCacheByteLength: operation(one.kvCacheByteLength, other.kvCacheByteLength),
  };
}
