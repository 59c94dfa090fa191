import { float32ByteLength, type Shape } from '#tensor/shape.ts';
import type { Gpu } from './gpu.ts';
import { checkBindable, type GpuTensor, type WeightTensor } from './kernel.ts';
import { boundByteLength, storedByteLength, type WeightDtype } from './weight-dtype.ts';

/**
 * An uninitialised f32 tensor of its own, readable by kernels and by `readTensor`.
 *
 * @throws TokenLensError `gpu-limit-exceeded` when the device cannot bind one so large.
 */
export function createTensor(gpu: Gpu, label: string, shape: Shape): GpuTensor {
  checkBindable(label, shape, gpu.device.limits);
  const buffer = gpu.device.createBuffer({
    label,
    size: float32ByteLength(shape),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  return { buffer, shape };
}

/**
 * A tensor of its own with `values`, f32 row-major.
 *
 * @throws TokenLensError `gpu-limit-exceeded` when the device cannot bind one so large.
 */
export function uploadTensor(gpu: Gpu, label: string, shape: Shape, values: Float32Array): GpuTensor {
  const tensor = createTensor(gpu, label, shape);
  gpu.device.queue.writeBuffer(tensor.buffer, 0, values.buffer, values.byteOffset, float32ByteLength(shape));
  return tensor;
}

/**
 * A weight of its own with the `bytes` of its checkpoint: values of `dtype`, little-endian, row-major. Kernels read it;
 * it cannot be read back.
 *
 * @throws TokenLensError `gpu-limit-exceeded` when the device cannot bind one so large.
 * @throws RangeError when `bytes` are more or fewer than `shape` and `dtype` make.
 */
export function uploadWeight(
  gpu: Gpu,
  label: string,
  shape: Shape,
  dtype: WeightDtype,
  bytes: Uint8Array,
): WeightTensor {
  checkBindable(label, shape, gpu.device.limits, dtype);
  const expected = storedByteLength(shape, dtype);
  if (bytes.byteLength !== expected) throw new RangeError(`${label} has ${bytes.byteLength} bytes, not ${expected}`);
  const buffer = gpu.device.createBuffer({
    label,
    size: boundByteLength(shape, dtype),
    usage: GPUBufferUsage.STORAGE,
    // Written in place: an odd number of 16-bit values is no whole number of words, which writeBuffer asks for.
    mappedAtCreation: true,
  });
  new Uint8Array(buffer.getMappedRange()).set(bytes);
  buffer.unmap();
  return { buffer, shape, dtype };
}

/** The values of `tensor`, f32 row-major. Counts towards `gpu.readBack`. */
export async function readTensor(gpu: Gpu, tensor: GpuTensor): Promise<Float32Array> {
  const byteLength = float32ByteLength(tensor.shape);
  const staging = gpu.device.createBuffer({
    label: 'read-back',
    size: byteLength,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  try {
    const commands = gpu.device.createCommandEncoder({ label: 'read-back' });
    commands.copyBufferToBuffer(tensor.buffer, tensor.byteOffset ?? 0, staging, 0, byteLength);
    gpu.device.queue.submit([commands.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    gpu.readBack.byteLength += byteLength;
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}
