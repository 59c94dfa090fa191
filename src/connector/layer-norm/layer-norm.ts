import type { Gpu } from '#gpu/gpu.ts';
import {
  checkBindable,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
  type WeightTensor,
} from '#gpu/kernel.ts';
import { type WeightDtype, weightDtypeConstants } from '#gpu/weight-dtype.ts';
import weightDtypes from '#gpu/weight-dtype.wgsl?raw';
import workgroupSum from '#gpu/workgroup-sum.wgsl?raw';
import type { Shape } from '#tensor/shape.ts';

import body from './layer-norm.wgsl?raw';

export interface LayerNormSpec {
  readonly tokens: number;
  readonly channels: number;
  readonly epsilon: number;
  readonly weightDtype: WeightDtype;
  readonly biasDtype: WeightDtype;
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
  const { tokens, channels, epsilon, weightDtype, biasDtype } = spec;
  const shape = [tokens, channels];
  checkBindable('The layer norm input', shape, limits);
  const code = [workgroupSum, weightDtypes, body].join('\n');
  const constants = {
    tokens,
    channels,
    epsilon,
    weight_dtype: weightDtypeConstants[weightDtype],
    bias_dtype: weightDtypeConstants[biasDtype],
    workgroup_size: workgroupSize,
  };
  const workgroups = planWorkgroups(tokens, 1, limits);
  return { dispatch: { label: 'layer norm', code, constants, workgroups }, shape };
}

/** Records the plan. */
export function encodeLayerNorm(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: LayerNormPlan,
  tensors: {
    readonly input: GpuTensor;
    readonly weight: WeightTensor;
    readonly bias: WeightTensor;
    readonly output: GpuTensor;
  },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.weight, tensors.bias, tensors.output]);
}
