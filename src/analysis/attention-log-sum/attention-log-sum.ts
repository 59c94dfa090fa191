import { type AttentionSpec, describeScores, tileSize } from '#analysis/attention-scores/attention-scores.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { encodeKernel, type GpuLimits, type GpuTensor, type KernelDispatch, planWorkgroups } from '#gpu/kernel.ts';
import type { Shape } from '#tensor/shape.ts';
import body from './attention-log-sum.wgsl?raw';

export interface AttentionLogSumPlan {
  readonly dispatch: KernelDispatch;
  /** [tokens, heads * headSize], of queries and keys. */
  readonly inputShape: Shape;
  /** [heads, tokens] */
  readonly outputShape: Shape;
}

/**
 * Plans queries and keys [tokens, heads * headSize] → [heads, tokens]: the logarithm of every query's softmax
 * denominator, with which exp(score - log sum) is any attention weight.
 *
 * @throws TokenLensError `shape-mismatch`, `gpu-limit-exceeded`.
 */
export function planAttentionLogSum(spec: AttentionSpec, limits: GpuLimits, workgroupSize = 64): AttentionLogSumPlan {
  const { tokens, heads } = spec;
  const scores = describeScores(spec, limits);
  return {
    dispatch: {
      label: 'attention log sum',
      code: `${scores.code}\n${body}`,
      constants: { ...scores.constants, workgroup_size: workgroupSize },
      workgroups: planWorkgroups(heads * Math.ceil(tokens / tileSize), workgroupSize, limits),
    },
    inputShape: scores.inputShape,
    outputShape: [heads, tokens],
  };
}

/** Records the plan. */
export function encodeAttentionLogSum(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: AttentionLogSumPlan,
  tensors: { readonly query: GpuTensor; readonly key: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.query, tensors.key, tensors.output]);
}
