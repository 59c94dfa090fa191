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
 * Which four tokens are averaged: the 2x2 neighbourhood that the pixel shuffle folds, or four in a row, which a mere
 * reshape [N, C] → [N/4, 4C] would fold.
 */
export type Grouping = 'square' | 'strip';

const groupColumns: Readonly<Record<Grouping, number>> = { square: 2, strip: 4 };

export interface GroupLossSpec {
  /** [tiles * gridSide * gridSide, channels], tile after tile, without class tokens. */
  readonly shape: Shape;
  /** Rows and columns of a tile's tokens: even for squares, a multiple of 4 for strips. */
  readonly gridSide: number;
  readonly grouping: Grouping;
}

export interface GroupLossPlan {
  readonly dispatch: KernelDispatch;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Plans [tokens, channels] → [tokens, 2]: the squared distance of each token to the mean of its group of four, and its
 * squared norm.
 *
 * @param workgroupSize a power of two
 * @throws TokenLensError `invalid-argument` for a grid that the groups do not fill, `shape-mismatch` for tokens that do
 * not fill the grids, `gpu-limit-exceeded`.
 */
export function planGroupLoss(spec: GroupLossSpec, limits: GpuLimits, workgroupSize = 64): GroupLossPlan {
  const { shape: inputShape, gridSide, grouping } = spec;
  const columns = groupColumns[grouping];
  if (!(gridSide >= columns && gridSide % columns === 0)) {
    throw new TokenLensError('invalid-argument', 'analysis', {
      name: 'the side of the token grid',
      actual: gridSide,
      expected: `a multiple of ${columns}`,
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
  const outputShape = [tokens, 2];
  checkBindable('The loss of each token', outputShape, limits);
  return {
    dispatch: {
      label: 'group loss',
      code: `${workgroupSum}\n${body}`,
      constants: {
        group_count: tokens / 4,
        channels,
        grid_side: gridSide,
        group_columns: columns,
        workgroup_size: workgroupSize,
      },
      workgroups: planWorkgroups(tokens / 4, 1, limits),
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
