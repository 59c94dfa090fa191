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
  /** Rows and columns of the patch grid; both a multiple of `factor`. */
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** Rows and columns of patches that become one token: 1 / `downsample_ratio`. */
  readonly factor: number;
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
 * Plans [rows * columns, C] → [rows/f * columns/f, f * f * C] with f the factor.
 *
 * @throws TokenLensError `shape-mismatch` for a grid that is empty or no multiple of the factor, `gpu-limit-exceeded`.
 */
export function planPixelShuffle(spec: PixelShuffleSpec, limits: GpuLimits, workgroupSize = 64): PixelShufflePlan {
  const { rows, columns, channels, factor, psVersion, scale } = spec;
  const [outputRows, outputColumns] = [rows / factor, columns / factor];
  const isWhole = (count: number) => Number.isInteger(count) && count >= 1;
  if (![rows, columns, factor, outputRows, outputColumns, channels].every(isWhole)) {
    throw new TokenLensError('shape-mismatch', 'reduction', {
      what: 'The patch grid',
      actual: `${rows}, ${columns}, ${channels}`,
      expected: `a multiple of ${factor} rows, a multiple of ${factor} columns, channels`,
    });
  }
  const inputShape = [rows * columns, channels];
  const outputShape = [outputRows * outputColumns, factor ** 2 * channels];
  checkBindable('The patch tokens', inputShape, limits);
  const count = elementCount(outputShape);
  const constants = {
    element_count: count,
    channels,
    columns,
    factor,
    output_rows: outputRows,
    output_columns: outputColumns,
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
