import type { LinearSpec } from './linear.ts';

/** [tokens, inputSize] x weight [outputSize, inputSize] + bias, then GELU if asked for, in double precision. */
export function linearReference(
  input: Float32Array,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  { tokens, inputSize, outputSize, activation }: LinearSpec,
): Float64Array {
  const output = new Float64Array(tokens * outputSize);
  for (let token = 0; token < tokens; token++) {
    for (let out = 0; out < outputSize; out++) {
      let total = bias[out] ?? Number.NaN;
      for (let i = 0; i < inputSize; i++) {
        total += (input[token * inputSize + i] ?? Number.NaN) * (weight[out * inputSize + i] ?? Number.NaN);
      }
      output[token * outputSize + out] = activation === 'gelu' ? geluReference(total) : total;
    }
  }
  return output;
}

/** x * Φ(x), Φ by the error function's series with positive terms: 2/√π e^(-z²) Σ 2ⁿ z^(2n+1) / (2n+1)!!. */
export function geluReference(x: number): number {
  const z = x / Math.SQRT2;
  if (Math.abs(z) > 6) return Math.max(x, 0);
  let term = z;
  let total = z;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * z * z) / (2 * n + 1);
    total += term;
  }
  return 0.5 * x * (1 + (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * total);
}
