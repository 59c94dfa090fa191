import { float32ByteLength, type Shape } from '#tensor/shape.ts';
import type { Gpu } from './gpu.ts';
import { checkBindable, type GpuTensor } from './kernel.ts';

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
