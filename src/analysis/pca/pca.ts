/**
 * Principal components of tokens by subspace iteration: a block of eight axes is multiplied by the covariance matrix
 * and made orthonormal, over and over; the matrix itself is never formed. The last step, a rotation within the block,
 * is an 8x8 problem for the CPU (finish-pca.ts).
 *
 * Source: Halko, Martinsson, Tropp, Finding structure with randomness, 2011, algorithm 4.4.
 */
import { TokenLensError } from '#errors.ts';
import { createTensor, uploadTensor } from '#gpu/buffers.ts';
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
import { elementCount, type Shape } from '#tensor/shape.ts';
import channelMoments from './channel-moments.wgsl?raw';
import orthonormalize from './orthonormalize.wgsl?raw';
import { blockWidth, encodeProjection, type ProjectionPlan, planProjection } from './projection.ts';
import spread from './spread.wgsl?raw';

/**
 * Multiplications by the covariance matrix. Component k converges by the factor (variance 9 / variance k) each; the
 * third of the reference cases comes as close as f32 tells apart after 16.
 */
const iterations = 16;

export interface PcaSpec {
  /** [rows, channels] of the tokens, class token included. */
  readonly shape: Shape;
  /** The first row that the axes are fitted to: 1 where row 0 is the class token, else 0. All rows get scores. */
  readonly firstFittedRow: number;
}

export interface PcaPlan {
  readonly inputShape: Shape;
  readonly firstFittedRow: number;
  readonly momentsShape: Shape;
  readonly blockShape: Shape;
  readonly projection: ProjectionPlan;
  readonly dispatches: {
    readonly moments: KernelDispatch;
    readonly spread: KernelDispatch;
    readonly orthonormalize: KernelDispatch;
  };
}

/** Tensors between the passes; `scores` and `moments` are what `finishPca` takes. */
export interface PcaTensors {
  /** [2, channels]: mean and variance of each channel. */
  readonly moments: GpuTensor;
  /** [channels, 8]: where the iteration starts. */
  readonly start: GpuTensor;
  /** [channels, 8]: the axes after a multiplication, not yet orthonormal. */
  readonly block: GpuTensor;
  /** [channels, 8]: orthonormal axes. */
  readonly axes: GpuTensor;
  /** [rows, 8]: scores of every row on `axes`. */
  readonly scores: GpuTensor;
}

/**
 * Plans the principal components of tokens [rows, channels].
 *
 * @param workgroupSize a power of two
 * @throws TokenLensError `shape-mismatch` when no row is left to fit to, `gpu-limit-exceeded`.
 */
export function planPca(spec: PcaSpec, limits: GpuLimits, workgroupSize = 64): PcaPlan {
  const { shape: inputShape, firstFittedRow } = spec;
  const [rows = 0, channels = 0] = inputShape;
  if (inputShape.length !== 2 || firstFittedRow < 0 || rows <= firstFittedRow || channels < 1) {
    throw new TokenLensError('shape-mismatch', 'analysis', {
      what: 'The tokens',
      actual: inputShape.join(', '),
      expected: `more than ${firstFittedRow}, channels`,
    });
  }
  const momentsShape = [2, channels];
  const blockShape = [channels, blockWidth];
  const projection = planProjection({ shape: inputShape, axesShape: blockShape }, limits, workgroupSize);
  for (const shape of [momentsShape, blockShape]) checkBindable('A PCA tensor', shape, limits);
  const sizes = { channels, workgroup_size: workgroupSize };
  const perChannel = planWorkgroups(channels, workgroupSize, limits);
  const dispatches = {
    moments: {
      label: 'PCA channel moments',
      code: channelMoments,
      constants: { ...sizes, rows, first_row: firstFittedRow },
      workgroups: perChannel,
    },
    spread: {
      label: 'PCA spread',
      code: spread,
      constants: { ...sizes, rows, first_row: firstFittedRow },
      workgroups: perChannel,
    },
    orthonormalize: {
      label: 'PCA orthonormalize',
      code: `${workgroupSum}\n${orthonormalize}`,
      constants: sizes,
      workgroups: [1, 1, 1],
    },
  } as const;
  return { inputShape, firstFittedRow, momentsShape, blockShape, projection, dispatches };
}

/**
 * Makes the tensors between the passes of `plan`.
 *
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export function createPcaTensors(gpu: Gpu, plan: PcaPlan): PcaTensors {
  return {
    moments: createTensor(gpu, 'PCA moments', plan.momentsShape),
    start: uploadTensor(gpu, 'PCA start', plan.blockShape, startBlock(plan.blockShape)),
    block: createTensor(gpu, 'PCA block', plan.blockShape),
    axes: createTensor(gpu, 'PCA axes', plan.blockShape),
    scores: createTensor(gpu, 'PCA scores', plan.projection.scoresShape),
  };
}

/**
 * What puts the tokens of another image on the components of one: the tensors that `encodeProjection` takes, and the
 * rotation that `finishProjection` takes.
 */
export interface PcaBasis {
  /** [2, channels], the mean first. */
  readonly moments: GpuTensor;
  /** [channels, 8]: orthonormal axes. */
  readonly axes: GpuTensor;
  /** [8, 3] f64, from the `PcaFit`. */
  readonly rotation: Float64Array;
}

/** Takes the basis out of `tensors` and frees the rest of them; its two tensors are the caller's to free. */
export function takePcaBasis(tensors: PcaTensors, rotation: Float64Array): PcaBasis {
  const { moments, axes, ...rest } = tensors;
  for (const { buffer } of Object.values(rest)) buffer.destroy();
  return { moments, axes, rotation };
}

/** Records the first pass of the plan alone: mean and variance of each channel, for `measureShares`. */
export function encodeChannelMoments(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: PcaPlan,
  { tokens, moments }: { readonly tokens: GpuTensor; readonly moments: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatches.moments, [tokens, moments]);
}

/** Records the plan; afterwards `scores` and `moments` are to be read back for `finishPca`. */
export function encodePca(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: PcaPlan,
  tensors: PcaTensors & { readonly tokens: GpuTensor },
): void {
  const { tokens, moments, start, block, axes, scores } = tensors;
  const { dispatches, projection } = plan;
  encodeChannelMoments(gpu, pass, plan, { tokens, moments });
  encodeKernel(gpu, pass, dispatches.orthonormalize, [start, axes]);
  for (let iteration = 0; iteration < iterations; iteration++) {
    encodeProjection(gpu, pass, projection, { tokens, moments, axes, scores });
    encodeKernel(gpu, pass, dispatches.spread, [tokens, moments, scores, block]);
    encodeKernel(gpu, pass, dispatches.orthonormalize, [block, axes]);
  }
  encodeProjection(gpu, pass, projection, { tokens, moments, axes, scores });
}

/**
 * [channels, 8] values in [-1, 1), the same every time. A hash rather than waves: channels that repeat, as the four
 * blocks of a shuffled token nearly do, can be orthogonal to a wave.
 * Source of the hash: the finalizer of MurmurHash3.
 */
function startBlock(shape: Shape): Float32Array {
  return Float32Array.from({ length: elementCount(shape) }, (_, index) => {
    let hash = index + 1;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) / 2 ** 31;
  });
}
