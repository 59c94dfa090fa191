import { elementCount, type Shape } from '#tensor/shape.ts';

/** How a weight lies in its checkpoint, and so on the GPU. */
export type WeightDtype = 'f32' | 'f16' | 'bf16';

/** What weight-dtype.wgsl calls the dtypes: values for a kernel's `override` constants. */
export const weightDtypeConstants: Readonly<Record<WeightDtype, number>> = { f32: 0, f16: 1, bf16: 2 };

const valueByteLengths: Readonly<Record<WeightDtype, number>> = { f32: 4, f16: 2, bf16: 2 };

/** Bytes of a tensor of `shape` stored as `dtype`. */
export function storedByteLength(shape: Shape, dtype: WeightDtype): number {
  return elementCount(shape) * valueByteLengths[dtype];
}

/** The same in whole words of 4 bytes, in which WebGPU binds buffers and shaders read them. */
export function boundByteLength(shape: Shape, dtype: WeightDtype): number {
  return Math.ceil(storedByteLength(shape, dtype) / 4) * 4;
}
