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

import body from './layer-norm.wgsl?raw';

export interface LayerNormSpec {
  readonly tokens: number;
  readonly channels: number;
  readonly epsilon: number;
}

export interface LayerNormPlan {
  readonly dispatch: KernelDispatch;
  /** [tokens, channels], of input and output. */
  readonly shape: Shape;
}

/**
 * Plans a layer norm over the channels of [tokens, channels].
 *
 * @param workgroupSize a power of two
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export function planLayerNorm(spec: LayerNormSpec, limits: GpuLimits, workgroupSize = 64): LayerNormPlan {
  const { tokens, channels, epsilon } = spec;
  const shape = [tokens, channels];
  checkBindable('The layer norm input', shape, limits);
  const constants = { tokens, channels, epsilon, workgroup_size: workgroupSize };
  const workgroups = planWorkgroups(tokens, 1, limits);
  return { dispatch: { label: 'layer norm', code: `${workgroupSum}\n${body}`, constants, workgroups }, shape };
}

/** Records the plan. */
export function encodeLayerNorm(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: LayerNormPlan,
  tensors: {
    readonly input: GpuTensor;
    readonly weight: GpuTensor;
    readonly bias: GpuTensor;
    readonly output: GpuTensor;
  },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.weight, tensors.bias, tensors.output]);
}
