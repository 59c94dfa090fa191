import { toFloat32 } from '#checkpoint/dtype.ts';
import type { StoredWeight } from '#checkpoint/read-weights.ts';
import { uploadTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';

/** A weight of the connector on the GPU. */
export function uploadStored(gpu: Gpu, { name, bytes, dtype, shape }: StoredWeight): GpuTensor {
  return uploadTensor(gpu, name, shape, toFloat32(bytes, dtype));
}
