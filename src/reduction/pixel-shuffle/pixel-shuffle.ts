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
import { elementCount, type Shape } from '#tensor/shape.ts';
import code from './pixel-shuffle.wgsl?raw';

export interface PixelShuffleSpec {
  /** Rows and columns of the patch grid; both even. */
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** `v1` leaves rows and columns of the output grid exchanged, as the first published code did. */
  readonly psVersion: 'v1' | 'v2';
  /** What every value is multiplied by: 0.5 for VITA, else 1. */
  readonly scale: number;
}

export interface PixelShufflePlan {
  readonly dispatch: KernelDispatch;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Plans [rows * columns, C] → [rows/2 * columns/2, 4C].
 *
 * @throws TokenLensError `shape-mismatch` for an odd or empty grid, `gpu-limit-exceeded`.
 */
export function planPixelShuffle(spec: PixelShuffleSpec, limits: GpuLimits, workgroupSize = 64): PixelShufflePlan {
  const { rows, columns, channels, psVersion, scale } = spec;
  if (rows < 2 || columns < 2 || rows % 2 !== 0 || columns % 2 !== 0 || channels < 1) {
    throw new TokenLensError('shape-mismatch', 'reduction', {
      what: 'The patch grid',
      actual: `${rows}, ${columns}, ${channels}`,
      expected: 'even rows, even columns, channels',
    });
  }
  const inputShape = [rows * columns, channels];
  const outputShape = [(rows / 2) * (columns / 2), 4 * channels];
  checkBindable('The patch tokens', inputShape, limits);
  const count = elementCount(outputShape);
  const constants = {
    element_count: count,
    channels,
    columns,
    output_rows: rows / 2,
    output_columns: columns / 2,
    swap: psVersion === 'v1' ? 1 : 0,
    scale,
    workgroup_size: workgroupSize,
  };
  const workgroups = planWorkgroups(count, workgroupSize, limits);
  return { dispatch: { label: 'pixel shuffle', code, constants, workgroups }, inputShape, outputShape };
}

/** Records the plan. */
export function encodePixelShuffle(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: PixelShufflePlan,
  tensors: { readonly input: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.output]);
}
