import { type ErrorStage, TokenLensError } from '#errors.ts';
import { float32ByteLength, type Shape } from '#tensor/shape.ts';
import type { Gpu } from './gpu.ts';
import { boundByteLength, type WeightDtype } from './weight-dtype.ts';

/** A row-major f32 tensor in (part of) a GPU buffer. The buffer may be larger than the tensor. */
export interface GpuTensor {
  readonly buffer: GPUBuffer;
  readonly shape: Shape;
  /** Where the tensor begins; a multiple of `minStorageBufferOffsetAlignment`. Default 0. */
  readonly byteOffset?: number;
  /** Kept apart from `WeightTensor`, so that a kernel which reads f32 is never given anything else. */
  readonly dtype?: 'f32';
}

/** A weight as its checkpoint stores it, little-endian and row-major, for kernels that decode it (weight-dtype.wgsl). */
export interface WeightTensor extends Omit<GpuTensor, 'dtype'> {
  readonly dtype: WeightDtype;
}

/** One dispatch, fully decided: what `planX` returns and `encodeKernel` records. Plain data. */
export interface KernelDispatch {
  readonly label: string;
  /** WGSL with entry point `main`. */
  readonly code: string;
  /** Values of the shader's `override` constants. */
  readonly constants: Readonly<Record<string, number>>;
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/** The limits a plan checks its sizes against. */
export type GpuLimits = Pick<
  GPUSupportedLimits,
  | 'maxStorageBufferBindingSize'
  | 'maxBufferSize'
  | 'maxComputeWorkgroupsPerDimension'
  | 'maxComputeInvocationsPerWorkgroup'
  | 'maxComputeWorkgroupSizeX'
  | 'maxComputeWorkgroupStorageSize'
>;

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

/** The pipeline of `dispatch` on this device, built at first use. */
function pipelineFor(device: GPUDevice, dispatch: KernelDispatch): GPUComputePipeline {
  let cache = pipelines.get(device);
  if (!cache) {
    cache = new Map();
    pipelines.set(device, cache);
  }
  const key = JSON.stringify([dispatch.label, dispatch.constants]);
  let pipeline = cache.get(key);
  if (!pipeline) {
    pipeline = device.createComputePipeline({
      label: dispatch.label,
      layout: 'auto',
      compute: {
        module: device.createShaderModule({ label: dispatch.label, code: dispatch.code }),
        entryPoint: 'main',
        constants: { ...dispatch.constants },
      },
    });
    cache.set(key, pipeline);
  }
  return pipeline;
}

/**
 * Records one dispatch into `pass`; tensors are bound in order as `@group(0) @binding(0..)`. Never submits, never
 * allocates a buffer, never reads back.
 */
export function encodeKernel(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  dispatch: KernelDispatch,
  tensors: readonly (GpuTensor | WeightTensor)[],
): void {
  const pipeline = pipelineFor(gpu.device, dispatch);
  const bindGroup = gpu.device.createBindGroup({
    label: dispatch.label,
    layout: pipeline.getBindGroupLayout(0),
    entries: tensors.map(({ buffer, byteOffset, shape, dtype = 'f32' }, binding) => ({
      binding,
      // The size is the tensor's, not the buffer's: onnxruntime's outputs lie in larger, bucket-sized buffers.
      resource: { buffer, offset: byteOffset ?? 0, size: boundByteLength(shape, dtype) },
    })),
  });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...dispatch.workgroups);
}

/**
 * Workgroups for `invocations` threads in one line, spread over x and y where one dimension does not hold them. The
 * shader finds its index as `(workgroup_id.y * num_workgroups.x + workgroup_id.x) * size + local_index`, and guards
 * the tail.
 *
 * @throws TokenLensError `gpu-limit-exceeded` when even two dimensions do not hold them.
 */
export function planWorkgroups(
  invocations: number,
  workgroupSize: number,
  limits: GpuLimits,
): readonly [x: number, y: number, z: number] {
  const needed = Math.ceil(invocations / workgroupSize);
  const most = limits.maxComputeWorkgroupsPerDimension;
  if (needed <= most) return [Math.max(needed, 1), 1, 1];
  const rows = Math.ceil(needed / most);
  if (rows > most) throw limitError('A dispatch', needed, 'workgroups', most * most);
  return [Math.ceil(needed / rows), rows, 1];
}

/**
 * Checks that a tensor can be bound as a storage buffer.
 *
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export function checkBindable(name: string, shape: Shape, limits: GpuLimits, dtype: WeightDtype = 'f32'): void {
  const needed = boundByteLength(shape, dtype);
  const limit = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  if (needed > limit) throw limitError(`${name} [${shape.join(', ')}]`, needed, 'bytes', limit);
}

/**
 * Checks that each of `count` tensors of `shape`, one behind the other in one buffer, begins where it can be bound.
 *
 * @throws TokenLensError `invalid-argument`.
 */
export function checkParts(
  stage: ErrorStage,
  name: string,
  shape: Shape,
  count: number,
  { minStorageBufferOffsetAlignment: alignment }: Pick<GPUSupportedLimits, 'minStorageBufferOffsetAlignment'>,
): void {
  const byteLength = float32ByteLength(shape);
  if (count <= 1 || byteLength % alignment === 0) return;
  throw new TokenLensError('invalid-argument', stage, {
    name: `the bytes of ${name} [${shape.join(', ')}]`,
    actual: byteLength,
    expected: `a multiple of ${alignment} where there are several tiles; one tile can have any size`,
  });
}

/**
 * Checks that `shape` is a matrix [tokens, channels] with at least `fewestTokens` rows that can be bound.
 *
 * @throws TokenLensError `shape-mismatch`, `gpu-limit-exceeded`.
 */
export function checkTokenMatrix(
  stage: ErrorStage,
  what: string,
  shape: Shape,
  limits: GpuLimits,
  fewestTokens = 1,
): { tokens: number; channels: number } {
  const [tokens = 0, channels = 0] = shape;
  if (shape.length !== 2 || tokens < fewestTokens || channels < 1) {
    const expected = fewestTokens > 1 ? `at least ${fewestTokens} tokens, channels` : 'tokens, channels';
    throw new TokenLensError('shape-mismatch', stage, { what, actual: shape.join(', '), expected });
  }
  checkBindable(what, shape, limits);
  return { tokens, channels };
}

function limitError(what: string, needed: number, unit: string, limit: number): TokenLensError {
  return new TokenLensError('gpu-limit-exceeded', 'device', { what, needed, unit, limit });
}
