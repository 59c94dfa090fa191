import type { Gpu } from '#gpu/gpu.ts';
import {
  checkTokenMatrix,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import { elementCount, type Shape } from '#tensor/shape.ts';
import code from './drop-class-token.wgsl?raw';

export interface DropClassTokenPlan {
  readonly dispatch: KernelDispatch;
  readonly outputShape: Shape;
}

/**
 * Plans [1 + N, C] → [N, C].
 *
 * @throws TokenLensError `shape-mismatch` when there is no token beside the class token, `gpu-limit-exceeded`.
 */
export function planDropClassToken(inputShape: Shape, limits: GpuLimits, workgroupSize = 64): DropClassTokenPlan {
  const { tokens: rows, channels } = checkTokenMatrix('reduction', 'The encoder output', inputShape, limits, 2);
  const outputShape = [rows - 1, channels];
  const count = elementCount(outputShape);
  const constants = { element_count: count, channels, workgroup_size: workgroupSize };
  const workgroups = planWorkgroups(count, workgroupSize, limits);
  return { dispatch: { label: 'drop class token', code, constants, workgroups }, outputShape };
}

/** Records the plan. */
export function encodeDropClassToken(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: DropClassTokenPlan,
  tensors: { readonly input: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.output]);
}
