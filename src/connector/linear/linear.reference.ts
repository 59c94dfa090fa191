import { activationReferences } from '#tensor/activation.reference.ts';
import type { LinearSpec } from './linear.ts';

/** [tokens, inputSize] x weight [outputSize, inputSize] + bias, then the activation if there is one, in double precision. */
export function linearReference(
  input: Float32Array,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  { tokens, inputSize, outputSize, activation }: LinearSpec,
): Float64Array {
  const activate = activation === 'none' ? (x: number) => x : activationReferences[activation];
  const output = new Float64Array(tokens * outputSize);
  for (let token = 0; token < tokens; token++) {
    for (let out = 0; out < outputSize; out++) {
      let total = bias[out] ?? Number.NaN;
      for (let i = 0; i < inputSize; i++) {
        total += (input[token * inputSize + i] ?? Number.NaN) * (weight[out * inputSize + i] ?? Number.NaN);
      }
      output[token * outputSize + out] = activate(total);
    }
  }
  return output;
}
