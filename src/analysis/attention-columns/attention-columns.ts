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
import { elementCount, type Shape } from '#tensor/shape.ts';
import body from './attention-columns.wgsl?raw';

export interface AttentionColumnsSpec extends AttentionSpec {
  /** How many tokens are selected as keys: at least 1. */
  readonly keys: number;
}

export interface AttentionColumnsPlan {
  readonly dispatch: KernelDispatch;
  /** [tokens, heads * headSize], of queries and keys. */
  readonly inputShape: Shape;
  /** [keys, heads, tokens] */
  readonly outputShape: Shape;
}

/**
 * Plans queries, keys [tokens, heads * headSize] and log sums [heads, tokens] → [keys, heads, tokens]: how much every
 * query attends to the selected keys.
 *
 * @throws TokenLensError `invalid-argument` for none or more than four keys, `shape-mismatch`, `gpu-limit-exceeded`.
 */
export function planAttentionColumns(
  spec: AttentionColumnsSpec,
  limits: GpuLimits,
  workgroupSize = 64,
): AttentionColumnsPlan {
  const { tokens, heads, keys } = spec;
  checkSelectedCount(keys);
  const scores = describeScores(spec, limits);
  const outputShape = [keys, heads, tokens];
  checkBindable('The attention columns', outputShape, limits);
  return {
    dispatch: {
      label: 'attention columns',
      code: `${scores.code}\n${body}`,
      constants: { ...scores.constants, keys, workgroup_size: workgroupSize },
      workgroups: planWorkgroups(elementCount(outputShape), workgroupSize, limits),
    },
    inputShape: scores.inputShape,
    outputShape,
  };
}

/**
 * Records the plan; `selection` holds what `packSelection` returned for as many tokens as were planned, `logSum` what
 * the attention log sum of the same queries and keys gave.
 */
export function encodeAttentionColumns(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: AttentionColumnsPlan,
  tensors: {
    readonly query: GpuTensor;
    readonly key: GpuTensor;
    readonly selection: GpuTensor;
    readonly logSum: GpuTensor;
    readonly output: GpuTensor;
  },
): void {
  const { query, key, selection, logSum, output } = tensors;
  encodeKernel(gpu, pass, plan.dispatch, [query, key, selection, logSum, output]);
}
