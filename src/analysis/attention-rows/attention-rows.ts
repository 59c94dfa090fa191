import { type AttentionSpec, describeScores } from '#analysis/attention-scores/attention-scores.ts';
import { checkSelectedCount } from '#analysis/selection.ts';
import type { Gpu } from '#gpu/gpu.ts';
import {
  checkBindable,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import workgroupMax from '#gpu/workgroup-max.wgsl?raw';
import workgroupSum from '#gpu/workgroup-sum.wgsl?raw';
import type { Shape } from '#tensor/shape.ts';
import body from './attention-rows.wgsl?raw';

export interface AttentionRowsSpec extends AttentionSpec {
  /** How many tokens are selected as queries: at least 1. */
  readonly queries: number;
}

export interface AttentionRowsPlan {
  readonly dispatch: KernelDispatch;
  /** [tokens, heads * headSize], of queries and keys. */
  readonly inputShape: Shape;
  /** [queries, heads, tokens] */
  readonly outputShape: Shape;
}

/**
 * Plans queries and keys [tokens, heads * headSize] → [queries, heads, tokens]: the softmax rows of the selected
 * queries, what they attend to.
 *
 * @param workgroupSize a power of two
 * @throws TokenLensError `invalid-argument` for none or more than four queries, `shape-mismatch`, `gpu-limit-exceeded`.
 */
export function planAttentionRows(spec: AttentionRowsSpec, limits: GpuLimits, workgroupSize = 64): AttentionRowsPlan {
  const { tokens, heads, queries } = spec;
  checkSelectedCount(queries);
  const scores = describeScores(spec, limits);
  const outputShape = [queries, heads, tokens];
  checkBindable('The attention rows', outputShape, limits);
  return {
    dispatch: {
      label: 'attention rows',
      code: [workgroupSum, workgroupMax, scores.code, body].join('\n'),
      constants: { ...scores.constants, queries, workgroup_size: workgroupSize },
      workgroups: planWorkgroups(queries * heads, 1, limits),
    },
    inputShape: scores.inputShape,
    outputShape,
  };
}

/** Records the plan; `selection` holds what `packSelection` returned for as many tokens as were planned. */
export function encodeAttentionRows(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: AttentionRowsPlan,
  tensors: {
    readonly query: GpuTensor;
    readonly key: GpuTensor;
    readonly selection: GpuTensor;
    readonly output: GpuTensor;
  },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.query, tensors.key, tensors.selection, tensors.output]);
}
