import type { Activation } from './activation.ts';

/**
 * Every activation in double precision.
 * Source: the functions of the same names in `ACT2FN` of transformers (activations.py).
 */
export const activationReferences: Readonly<Record<Activation, (x: number) => number>> = {
  gelu,
  gelu_tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  quick_gelu: (x) => x * sigmoid(1.702 * x),
  relu: (x) => Math.max(x, 0),
  silu: (x) => x * sigmoid(x),
};

/** x * Φ(x), with erf by the series whose terms are all positive: erf z = 2/√π e^(-z²) Σ 2ⁿ z^(2n+1) / (2n+1)!!. */
function gelu(x: number): number {
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

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
