import { checkIndex } from '#analysis/check-index.ts';
import type { Gpu } from '#gpu/gpu.ts';
import {
  checkTokenMatrix,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import type { Shape } from '#tensor/shape.ts';
import code from './channel.wgsl?raw';

export interface ChannelSpec {
  /** [tokens, channels]. */
  readonly shape: Shape;
  readonly channel: number;
}

export interface ChannelPlan {
  readonly dispatch: KernelDispatch;
  /** [1] u32, what the tensor `selection` holds. */
  readonly selection: Uint32Array<ArrayBuffer>;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Plans [tokens, channels] → [tokens]: the values of one channel.
 *
 * @throws TokenLensError `shape-mismatch`, `invalid-argument` for a channel that does not exist, `gpu-limit-exceeded`.
 */
export function planChannel(spec: ChannelSpec, limits: GpuLimits, workgroupSize = 64): ChannelPlan {
  const { shape: inputShape, channel } = spec;
  const { tokens, channels } = checkTokenMatrix('analysis', 'The tokens', inputShape, limits);
  checkIndex('the channel', channel, channels);
  const constants = { tokens, channels, workgroup_size: workgroupSize };
  const workgroups = planWorkgroups(tokens, workgroupSize, limits);
  return {
    dispatch: { label: 'channel', code, constants, workgroups },
    selection: Uint32Array.of(channel),
    inputShape,
    outputShape: [tokens],
  };
}

/** Records the plan; `selection` holds what the plan's does. */
export function encodeChannel(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: ChannelPlan,
  tensors: { readonly input: GpuTensor; readonly selection: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.selection, tensors.output]);
}
