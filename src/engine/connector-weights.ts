import type { FloatDtype } from '#checkpoint/dtype.ts';
import type { StoredWeight } from '#checkpoint/read-weights.ts';
import { uploadWeight } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { WeightTensor } from '#gpu/kernel.ts';
import type { WeightDtype } from '#gpu/weight-dtype.ts';

const dtypes: Readonly<Record<FloatDtype, WeightDtype>> = { F32: 'f32', F16: 'f16', BF16: 'bf16' };

/**
 * A weight on the GPU as the checkpoint has it; the kernels decode it.
 * @throws TokenLensError `gpu-limit-exceeded`
 */
export function uploadStored(gpu: Gpu, { name, bytes, dtype, shape }: StoredWeight): WeightTensor {
  return uploadWeight(gpu, name, shape, dtypes[dtype], bytes);
}
