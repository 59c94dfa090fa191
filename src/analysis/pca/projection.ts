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
import type { Shape } from '#tensor/shape.ts';
import project from './project.wgsl?raw';

/** Axes in the block: three that are wanted and five that make them converge faster. */
export const blockWidth = 8;

export interface ProjectionSpec {
  /** [rows, channels] of the tokens. */
  readonly shape: Shape;
  /** [channels, 8] of the axes. */
  readonly axesShape: Shape;
}

export interface ProjectionPlan {
  readonly dispatch: KernelDispatch;
  readonly inputShape: Shape;
  readonly scoresShape: Shape;
}

/**
 * Plans [rows, channels] → [rows, 8]: scores of tokens on a block of axes, which may have been fitted to others.
 *
 * @throws TokenLensError `shape-mismatch` for tokens of another width than the axes, `gpu-limit-exceeded`.
 */
export function planProjection(spec: ProjectionSpec, limits: GpuLimits, workgroupSize = 64): ProjectionPlan {
  const { shape: inputShape, axesShape } = spec;
  const { tokens: rows, channels } = checkTokenMatrix('analysis', 'The tokens', inputShape, limits);
  const [axesChannels = 0] = axesShape;
  if (channels !== axesChannels) {
    throw new TokenLensError('shape-mismatch', 'analysis', {
      what: 'The tokens',
      actual: inputShape.join(', '),
      expected: `tokens, ${axesChannels}`,
    });
  }
  const scoresShape = [rows, blockWidth];
  checkBindable('The PCA scores', scoresShape, limits);
  const constants = { rows, channels, workgroup_size: workgroupSize };
  const workgroups = planWorkgroups(rows, workgroupSize, limits);
  return { dispatch: { label: 'PCA project', code: project, constants, workgroups }, inputShape, scoresShape };
}

/** Records the plan; afterwards `scores` [rows, 8] is to be read back for `finishPca` or `finishProjection`. */
export function encodeProjection(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: ProjectionPlan,
  tensors: {
    readonly tokens: GpuTensor;
    readonly moments: GpuTensor;
    readonly axes: GpuTensor;
    readonly scores: GpuTensor;
  },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.tokens, tensors.moments, tensors.axes, tensors.scores]);
}
