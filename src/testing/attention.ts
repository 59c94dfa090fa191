import { scatteredValues } from './values.ts';

export interface AttentionInputs {
  /** [tokens, heads * headSize] f32, row-major, as `key`. */
  readonly query: Float32Array;
  readonly key: Float32Array;
}

/** Queries and keys that attend to some tokens clearly more than to others. */
export function scatteredAttention(tokens: number, channels: number, seed = 1): AttentionInputs {
  const wide = (seed: number) => scatteredValues(tokens * channels, seed).map((value) => 3 * value);
  return { query: wide(seed), key: wide(seed + 100) };
}

/**
 * Whole numbers for heads of 4 channels, whose scores are multiples of 1/2 up to about ±1e4, exact in f32. Odd queries
 * have negative scores only.
 */
export function largeAttention(tokens: number, channels: number): AttentionInputs {
  const from30To76 = (seed: number) =>
    scatteredValues(tokens * channels, seed).map((value) => 53 + Math.round(23 * value));
  return {
    query: from30To76(1).map((value, at) => (Math.floor(at / channels) % 2 === 0 ? value : -value)),
    key: from30To76(2),
  };
}
