import type { Gpu } from '#gpu/gpu.ts';
import {
  checkTokenMatrix,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import workgroupSum from '#gpu/workgroup-sum.wgsl?raw';
import type { Shape } from '#tensor/shape.ts';
import body from './token-norm.wgsl?raw';

export interface TokenNormPlan {
  readonly dispatch: KernelDispatch;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Plans [tokens, channels] → [tokens]: the L2 norm of each token.
 *
 * @param workgroupSize a power of two
 * @throws TokenLensError `shape-mismatch`, `gpu-limit-exceeded`.
 */
export function planTokenNorm(inputShape: Shape, limits: GpuLimits, workgroupSize = 64): TokenNormPlan {
  const { tokens, channels } = checkTokenMatrix('analysis', 'The tokens', inputShape, limits);
  return {
    dispatch: {
      label: 'token norm',
      code: `${workgroupSum}\n${body}`,
      constants: { tokens, channels, workgroup_size: workgroupSize },
      workgroups: planWorkgroups(tokens, 1, limits),
    },
    inputShape,
    outputShape: [tokens],
  };
}

/** Records the plan. */
export function encodeTokenNorm(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: TokenNormPlan,
  tensors: { readonly input: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.output]);
}
