/**
 * Attention rollout of one token, a block at a time. For each block the matrix A = normalise(discard(fuse(P)) + I) is made
 * from its queries and keys; P, [heads, tokens, tokens], is never stored. A row vector that begins as 1 at one token and 0
 * elsewhere, and goes from the last block down to the first, ends as that token's row of A_L ... A_2 A_1: what every input
 * token has given to it. The matrices belong to no token: those that are kept serve the next one.
 *
 * Source: Abnar, Zuidema, Quantifying attention flow in transformers, 2020, section 3. Fusion and discarding are those of
 * jacobgil/vit-explain, vit_rollout.py, except that entries are discarded row by row (normalize-rows.wgsl).
 */
import { type AttentionSpec, describeScores, tileSize } from '#analysis/attention-scores/attention-scores.ts';
import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import {
  checkBindable,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import workgroupSum from '#gpu/workgroup-sum.wgsl?raw';
import type { Shape } from '#tensor/shape.ts';
import fuseHeads from './fuse-heads.wgsl?raw';
import { type HeadFusion, headFusions } from './head-fusion.ts';
import normalizeRows from './normalize-rows.wgsl?raw';
import step from './step.wgsl?raw';

export interface AttentionRolloutSpec extends AttentionSpec {
  readonly fusion: HeadFusion;
  /** Share of each row's entries, the smallest, that is set to 0: from 0, below 1. */
  readonly discardRatio: number;
}

export interface AttentionRolloutPlan {
  /** [tokens, heads * headSize], of queries and keys. */
  readonly inputShape: Shape;
  /** [tokens, tokens], of A. */
  readonly matrixShape: Shape;
  /** [tokens], of the row vector before and after a step. */
  readonly rowShape: Shape;
  readonly dispatches: {
    readonly fuse: KernelDispatch;
    readonly normalize: KernelDispatch;
    readonly step: KernelDispatch;
  };
}

/**
 * Plans queries, keys [tokens, heads * headSize] and log sums [heads, tokens] → A [tokens, tokens], and a row vector
 * [tokens] → [tokens] through it.
 *
 * @param workgroupSize a power of two, at least 8
 * @throws TokenLensError `invalid-argument` for a discard ratio outside [0, 1), `shape-mismatch`, `gpu-limit-exceeded`.
 */
export function planAttentionRollout(
  spec: AttentionRolloutSpec,
  limits: GpuLimits,
  workgroupSize = 64,
): AttentionRolloutPlan {
  const { tokens, fusion, discardRatio } = spec;
  if (!(discardRatio >= 0 && discardRatio < 1)) {
    throw new TokenLensError('invalid-argument', 'analysis', {
      name: 'the discard ratio',
      actual: discardRatio,
      expected: 'from 0, below 1',
    });
  }
  const scores = describeScores(spec, limits);
  const matrixShape = [tokens, tokens];
  checkBindable('The rollout matrix', matrixShape, limits);
  const [sizeX, sizeY] = [8, workgroupSize / 8];
  const tiles = Math.ceil(tokens / tileSize);
  const discarded = Math.floor(discardRatio * tokens);
  const dispatches = {
    fuse: {
      label: 'rollout fuse heads',
      code: `${scores.code}\n${fuseHeads}`,
      constants: {
        ...scores.constants,
        fusion: headFusions.indexOf(fusion),
        workgroup_size_x: sizeX,
        workgroup_size_y: sizeY,
      },
      // Far within a dimension's limit wherever the matrix can be bound.
      workgroups: [Math.ceil(tiles / sizeX), Math.ceil(tiles / sizeY), 1],
    },
    normalize: {
      label: 'rollout normalize rows',
      code: `${workgroupSum}\n${normalizeRows}`,
      constants: { tokens, discarded, workgroup_size: workgroupSize },
      workgroups: planWorkgroups(tokens, 1, limits),
    },
    step: {
      label: 'rollout step',
      code: step,
      constants: { tokens, workgroup_size: workgroupSize },
      workgroups: planWorkgroups(tokens, workgroupSize, limits),
    },
  } as const;
  return { inputShape: scores.inputShape, matrixShape, rowShape: [tokens], dispatches };
}

/** Records A of one block into `matrix`; `logSum` is the attention log sum of the same queries and keys. */
export function encodeRolloutMatrix(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  { dispatches }: AttentionRolloutPlan,
  tensors: {
    readonly query: GpuTensor;
    readonly key: GpuTensor;
    readonly logSum: GpuTensor;
    readonly matrix: GpuTensor;
  },
): void {
  const { query, key, logSum, matrix } = tensors;
  encodeKernel(gpu, pass, dispatches.fuse, [query, key, logSum, matrix]);
  encodeKernel(gpu, pass, dispatches.normalize, [matrix]);
}

/** Records output = row A, one block down; `row` and `output` are two buffers. */
export function encodeRolloutStep(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  { dispatches }: AttentionRolloutPlan,
  tensors: { readonly row: GpuTensor; readonly matrix: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, dispatches.step, [tensors.row, tensors.matrix, tensors.output]);
}
