import type { Shape } from '#tensor/shape.ts';
import { storeWeights } from './stored-weights.ts';

export interface TensorToWrite {
  readonly dtype: string;
  readonly shape: Shape;
  readonly data: Uint8Array;
}

/** A safetensors file around a header that may be anything, right or wrong. */
export function writeRawSafetensors(header: string, data: Uint8Array, headerLength?: bigint): Uint8Array<ArrayBuffer> {
  const headerBytes = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + headerBytes.byteLength + data.byteLength);
  new DataView(file.buffer).setBigUint64(0, headerLength ?? BigInt(headerBytes.byteLength), true);
  file.set(headerBytes, 8);
  file.set(data, 8 + headerBytes.byteLength);
  return file;
}

/** A well-formed safetensors file with the tensors one after the other. */
export function writeSafetensors(tensors: Readonly<Record<string, TensorToWrite>>): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const bytes = new Uint8Array(end);
  let start = 0;
  for (const { data } of Object.values(tensors)) {
    bytes.set(data, start);
    start += data.byteLength;
  }
  return writeRawSafetensors(JSON.stringify(header), bytes);
}

/** `values` as an F32 tensor. */
export function float32Tensor(shape: Shape, values: ArrayLike<number>): TensorToWrite {
  return { dtype: 'F32', shape, data: storeWeights(values, 'f32') };
}

/** `values` as a BF16 tensor, cut to the 8 bits of fraction that it keeps. */
export function bfloat16Tensor(shape: Shape, values: ArrayLike<number>): TensorToWrite {
  return { dtype: 'BF16', shape, data: storeWeights(values, 'bf16') };
}
