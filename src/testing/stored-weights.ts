import type { WeightDtype } from '#gpu/weight-dtype.ts';

/** The f16 of an f32 with bits `word`: digits it lacks are cut off, and 0 where only a subnormal f16 would do. */
function halfOf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = ((word >>> 23) & 0xff) - 112;
  return exponent < 1 ? sign : sign | (exponent << 10) | ((word >>> 13) & 0x3ff);
}

/** `values`, less than 65536 each, as a checkpoint of `dtype` stores them, cut to the digits that it keeps. */
export function storeWeights(values: ArrayLike<number>, dtype: WeightDtype): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Float32Array.from(values).buffer);
  if (dtype === 'f32') return new Uint8Array(words.buffer);
  return new Uint8Array(Uint16Array.from(words, dtype === 'bf16' ? (word) => word >>> 16 : halfOf).buffer);
}

/** Values with the given bits as a checkpoint of `dtype` stores them. */
export function storeBits(bits: readonly number[], dtype: WeightDtype): Uint8Array<ArrayBuffer> {
  return new Uint8Array((dtype === 'f32' ? Uint32Array : Uint16Array).from(bits).buffer);
}

interface HardBits {
  /** The smallest positive and the largest negative subnormal, and negative zero. */
  readonly tiny: readonly number[];
  /** The largest finite value and its negative. */
  readonly largest: readonly number[];
  readonly infinite: readonly number[];
}

/** Bits of what is hard to decode. */
export const hardBits: Readonly<Record<WeightDtype, HardBits>> = {
  f32: { tiny: [1, 0x807fffff, 0x80000000], largest: [0x7f7fffff, 0xff7fffff], infinite: [0x7f800000, 0xff800000] },
  f16: { tiny: [1, 0x83ff, 0x8000], largest: [0x7bff, 0xfbff], infinite: [0x7c00, 0xfc00] },
  bf16: { tiny: [1, 0x807f, 0x8000], largest: [0x7f7f, 0xff7f], infinite: [0x7f80, 0xff80] },
};
