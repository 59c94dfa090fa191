import { TokenLensError } from '#errors.ts';
import chunkScalar from '#gpu/chunk-scalar.wgsl?raw';
import chunkVec4 from '#gpu/chunk-vec4.wgsl?raw';
import { checkBindable, type GpuLimits } from '#gpu/kernel.ts';
import type { Shape } from '#tensor/shape.ts';
import body from './attention-scores.wgsl?raw';

/** Sizes of one attention block. */
export interface AttentionSpec {
  readonly tokens: number;
  readonly heads: number;
  readonly headSize: number;
}

/** What the kernels on the scores of one block have in common. */
export interface AttentionScores {
  /** Stands before a kernel's own WGSL, whose bindings begin at 2: the queries are 0, the keys 1. */
  readonly code: string;
  readonly constants: Readonly<Record<string, number>>;
  /** [tokens, heads * headSize], of queries and keys. */
  readonly inputShape: Shape;
}

/** Queries, and keys, that one invocation of a tiled kernel takes together: the tile of `score_tile`. */
export const tileSize = 4;

/**
 * Describes query key^T / sqrt(headSize) of one block for the kernels that compute with it.
 *
 * @throws TokenLensError `shape-mismatch` for a size that is no positive integer, `gpu-limit-exceeded`.
 */
export function describeScores({ tokens, heads, headSize }: AttentionSpec, limits: GpuLimits): AttentionScores {
  const what = 'The queries and keys';
  if (![tokens, heads, headSize].every((size) => Number.isInteger(size) && size >= 1)) {
    throw new TokenLensError('shape-mismatch', 'analysis', {
      what,
      actual: `${tokens}, ${heads} * ${headSize}`,
      expected: 'tokens, heads * head size',
    });
  }
  const inputShape = [tokens, heads * headSize];
  checkBindable(what, inputShape, limits);
  return {
    code: `${headSize % 4 === 0 ? chunkVec4 : chunkScalar}\n${body}`,
    constants: { tokens, heads, head_size: headSize, scale: 1 / Math.sqrt(headSize) },
    inputShape,
  };
}
