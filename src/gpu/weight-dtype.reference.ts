import type { WeightDtype } from './weight-dtype.ts';

const formats = {
  f32: { bits: 32, fractionBits: 23, bias: 127 },
  f16: { bits: 16, fractionBits: 10, bias: 15 },
  bf16: { bits: 16, fractionBits: 7, bias: 127 },
} as const;

/** The values of little-endian `bytes` of `dtype`, by the definition of IEEE 754. */
export function decodeWeightReference(bytes: Uint8Array, dtype: WeightDtype): Float64Array {
  const { bits, fractionBits, bias } = formats[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.byteLength / (bits / 8) }, (_, index) => {
    const word = bits === 16 ? view.getUint16(2 * index, true) : view.getUint32(4 * index, true);
    const sign = word >= 2 ** (bits - 1) ? -1 : 1;
    const exponent = Math.floor(word / 2 ** fractionBits) % 2 ** (bits - 1 - fractionBits);
    const fraction = (word % 2 ** fractionBits) / 2 ** fractionBits;
    if (exponent === 2 * bias + 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
    return sign * (1 + fraction) * 2 ** (exponent - bias);
  });
}
