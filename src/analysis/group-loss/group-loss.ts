import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import {
  checkBindable,
  checkTokenMatrix,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import workgroupSum from '#gpu/workgroup-sum.wgsl?raw';
import type { Shape } from '#tensor/shape.ts';
import body from './group-loss.wgsl?raw';

/**
 * Which tokens are averaged: the neighbourhood that the pixel shuffle folds, or as many in a row, which a mere reshape
 * [N, C] → [N/4, 4C] would fold.
 */
export type Grouping = 'square' | 'strip';

export interface GroupLossSpec {
  /** [tiles * gridSide * gridSide, channels], tile after tile, without class tokens. */
  readonly shape: Shape;
  /** Rows and columns of a tile's tokens: a multiple of `factor`. */
  readonly gridSide: number;
  /** Rows and columns of a neighbourhood; a group has that many squared tokens. */
  readonly factor: number;
  readonly grouping: Grouping;
}

export interface GroupLossPlan {
  readonly dispatch: KernelDispatch;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Plans [tokens, channels] → [tokens, 2]: the squared distance of each token to the mean of its group, and its squared
 * norm.
 *
 * @param workgroupSize a power of two
 * @throws TokenLensError `invalid-argument` for a grid that the neighbourhoods do not fill, `shape-mismatch` for tokens that do
 * not fill the grids, `gpu-limit-exceeded`.
 */
export function planGroupLoss(spec: GroupLossSpec, limits: GpuLimits, workgroupSize = 64): GroupLossPlan {
  const { shape: inputShape, gridSide, factor, grouping } = spec;
  if (!(factor >= 1 && gridSide >= factor && gridSide % factor === 0)) {
    throw new TokenLensError('invalid-argument', 'analysis', {
      name: 'the side of the token grid',
      actual: gridSide,
      expected: `a multiple of ${factor}`,
    });
  }
  const { tokens, channels } = checkTokenMatrix('analysis', 'The tokens', inputShape, limits);
  if (tokens % gridSide ** 2 !== 0) {
    throw new TokenLensError('shape-mismatch', 'analysis', {
      what: 'The tokens',
      actual: inputShape.join(', '),
      expected: `a multiple of ${gridSide ** 2}, channels`,
    });
  }
  const groupSize = factor ** 2;
  const outputShape = [tokens, 2];
  checkBindable('The loss of each token', outputShape, limits);
  return {
    dispatch: {
      label: 'group loss',
      code: `${workgroupSum}\n${body}`,
      constants: {
        group_count: tokens / groupSize,
        group_size: groupSize,
        channels,
        // Tokens in a row are boxes of one row where the grid is as wide as they are many.
        grid_side: grouping === 'strip' ? groupSize : gridSide,
        group_columns: grouping === 'strip' ? groupSize : factor,
        workgroup_size: workgroupSize,
      },
      workgroups: planWorkgroups(tokens / groupSize, 1, limits),
    },
    inputShape,
    outputShape,
  };
}

/** Records the plan. */
export function encodeGroupLoss(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: GroupLossPlan,
  tensors: { readonly input: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.output]);
}
