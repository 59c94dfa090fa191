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
import body from './cosine-similarity.wgsl?raw';

export interface CosineSimilarityPlan {
  readonly dispatch: KernelDispatch;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Plans [tokens, channels] → [tokens]: the cosine of each token to the mean of the selected tokens.
 *
 * @param workgroupSize a power of two
 * @throws TokenLensError `shape-mismatch`, `gpu-limit-exceeded`.
 */
export function planCosineSimilarity(inputShape: Shape, limits: GpuLimits, workgroupSize = 64): CosineSimilarityPlan {
  const { tokens, channels } = checkTokenMatrix('analysis', 'The tokens', inputShape, limits);
  return {
    dispatch: {
      label: 'cosine similarity',
      code: `${workgroupSum}\n${body}`,
      constants: { tokens, channels, workgroup_size: workgroupSize },
      workgroups: planWorkgroups(tokens, 1, limits),
    },
    inputShape,
    outputShape: [tokens],
  };
}

/** Records the plan; `selection` holds what `packSelection` returned. */
export function encodeCosineSimilarity(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: CosineSimilarityPlan,
  tensors: { readonly input: GpuTensor; readonly selection: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.selection, tensors.output]);
}
