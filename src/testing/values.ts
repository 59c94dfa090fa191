/** 0, 1, 2, ...: one distinct value an element, exact in f32 up to 2^24. */
export function countingValues(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => index);
}

/** Deterministic values spread over [-1, 1), one distinct value an element for any practical count. */
export function scatteredValues(count: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    // Numerical Recipes' linear congruential generator; its high bits are good enough for test data.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Deterministic bytes that look like noise. */
export function noiseBytes(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** Values that a careless copy changes: NaN with different payloads, both zeros, infinities, subnormals, the extremes. */
export function trickyValues(): Float32Array {
  const bits = [
    0x7fc00000, 0x7fc12345, 0xffc00001, 0x00000000, 0x80000000, 0x7f800000, 0xff800000, 0x00000001, 0x807fffff,
    0x00800000, 0x7f7fffff, 0xff7fffff, 0x3f800001,
  ];
  return new Float32Array(Uint32Array.from(bits).buffer);
}
