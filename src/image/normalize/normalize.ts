import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import {
  checkBindable,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import type { Normalization } from '#tensor/normalization.ts';
import type { Shape } from '#tensor/shape.ts';
import code from './normalize.wgsl?raw';

export interface NormalizePlan {
  readonly dispatch: KernelDispatch;
  /** [size, size] of packed RGBA. */
  readonly inputShape: Shape;
  /** [3, size, size] */
  readonly outputShape: Shape;
}

const workgroupSize = 64;

/**
 * Plans RGBA bytes [size, size] → pixelValues [3, size, size] f32.
 *
 * @throws TokenLensError `invalid-argument` for a size that is no positive integer, `gpu-limit-exceeded`.
 */
export function planNormalize(size: number, normalization: Normalization, limits: GpuLimits): NormalizePlan {
  if (!Number.isInteger(size) || size < 1) {
    throw new TokenLensError('invalid-argument', 'image', {
      name: 'size',
      actual: size,
      expected: 'a positive integer',
    });
  }
  const outputShape = [3, size, size];
  checkBindable('pixelValues', outputShape, limits);
  const [meanRed, meanGreen, meanBlue] = normalization.mean;
  const [stdRed, stdGreen, stdBlue] = normalization.std;
  const constants = {
    size,
    workgroup_size: workgroupSize,
    mean_red: meanRed,
    mean_green: meanGreen,
    mean_blue: meanBlue,
    std_red: stdRed,
    std_green: stdGreen,
    std_blue: stdBlue,
  };
  const workgroups = planWorkgroups(size * size, workgroupSize, limits);
  return { dispatch: { label: 'normalize', code, constants, workgroups }, inputShape: [size, size], outputShape };
}

/** Records the plan: `rgba` packed bytes in, `pixelValues` out. */
export function encodeNormalize(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: NormalizePlan,
  tensors: { readonly rgba: GpuTensor; readonly pixelValues: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.rgba, tensors.pixelValues]);
}
