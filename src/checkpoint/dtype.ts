/** dtypes whose values the app reads as f32; each is exact in f32. */
export type FloatDtype = 'BF16' | 'F16' | 'F32';

/**
 * Bytes of one element by safetensors dtype; the dtypes of less than a byte are left out.
 * Source: https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs
 */
export const dtypeByteLengths: ReadonlyMap<string, number> = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['F8_E5M2', 1],
  ['F8_E4M3', 1],
  ['F8_E8M0', 1],
  ['I16', 2],
  ['U16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['I32', 4],
  ['U32', 4],
  ['F32', 4],
  ['I64', 8],
  ['U64', 8],
  ['F64', 8],
  ['C64', 8],
]);

/** Bytes of one element of a float dtype. */
export const floatByteLengths: Readonly<Record<FloatDtype, 2 | 4>> = { BF16: 2, F16: 2, F32: 4 };

/** Whether the app can read values of `dtype`. */
export function isFloatDtype(dtype: string): dtype is FloatDtype {
  return Object.hasOwn(floatByteLengths, dtype);
}

/** Bits of the f32 that equals the f16 with bits `half`; f16 has 5 exponent bits (bias 15), f32 has 8 (bias 127). */
function float32BitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal f16 is a normal f32: its leading one moves up to bit 10, which the f32 does not store.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

/** The 16-bit words in `bytes`, which may begin at an odd place of their buffer. */
function wordsOf(bytes: Uint8Array<ArrayBuffer>): Uint16Array {
  const aligned = bytes.byteOffset % Uint16Array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, bytes.byteLength / Uint16Array.BYTES_PER_ELEMENT);
}

/**
 * Little-endian `bytes` of `dtype` as f32, exactly: in the first places of `target` where it is given, else in a buffer
 * of its own. Like WebGPU itself it takes the machine to be little-endian.
 */
export function toFloat32(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: FloatDtype,
  target = new Float32Array(bytes.byteLength / floatByteLengths[dtype]),
): Float32Array<ArrayBuffer> {
  const values = target.subarray(0, bytes.byteLength / floatByteLengths[dtype]);
  if (dtype === 'F32') {
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes);
    return values;
  }
  const words = wordsOf(bytes);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  // Loops over hundreds of millions of values: a call for each of them would take most of the time.
  if (dtype === 'BF16') for (let index = 0; index < words.length; index++) bits[index] = (words[index] ?? 0) << 16;
  else for (let index = 0; index < words.length; index++) bits[index] = float32BitsOfHalf(words[index] ?? 0);
  return values;
}
