/** An f32 and its bits. */
const value = new Float32Array(1);
const bits = new Uint32Array(value.buffer);

/** Half of the distance between two f16 that an f32 exponent leaves: what rounding compares with. */
const lostBits = 13;

/**
 * Bits of the f16 that is nearest to `number`, ties to even; beyond 65504 infinity, below 2^-25 zero.
 * Source: IEEE 754-2019, binary16, roundTiesToEven.
 */
export function toHalf(number: number): number {
  value[0] = number;
  const all = bits[0] ?? 0;
  const sign = (all >>> 16) & 0x8000;
  const magnitude = all & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | 0x7c00 | (magnitude > 0x7f800000 ? 0x200 : 0);
  const exponent = (magnitude >>> 23) - 112;
  if (exponent >= 31) return sign | 0x7c00;
  // A subnormal f16 has no leading one of its own: it is shifted in, and more bits are lost.
  const isNormal = exponent > 0;
  const shift = isNormal ? lostBits : Math.min(lostBits + 1 - exponent, 31);
  const fraction = isNormal ? magnitude - (112 << 23) : (magnitude & 0x7fffff) | 0x800000;
  const kept = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  const isUp = rest > half || (rest === half && (kept & 1) === 1);
  // Carrying out of the fraction raises the exponent, at the top into infinity, as it should.
  return sign | (kept + (isUp ? 1 : 0));
}
