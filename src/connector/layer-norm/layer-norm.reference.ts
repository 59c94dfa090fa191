import type { LayerNormSpec } from './layer-norm.ts';

/** Layer norm over the channels of [tokens, channels], in double precision. */
export function layerNormReference(
  input: Float32Array,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  { tokens, channels, epsilon }: LayerNormSpec,
): Float64Array {
  const output = new Float64Array(input.length);
  for (let token = 0; token < tokens; token++) {
    const row = Float64Array.from(input.subarray(token * channels, (token + 1) * channels));
    const mean = row.reduce((total, value) => total + value, 0) / channels;
    const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / channels;
    for (const [channel, value] of row.entries()) {
      const normed = (value - mean) / Math.sqrt(variance + epsilon);
      output[token * channels + channel] = normed * (weight[channel] ?? Number.NaN) + (bias[channel] ?? Number.NaN);
    }
  }
  return output;
}
