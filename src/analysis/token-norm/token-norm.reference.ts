/** [tokens, channels] → [tokens] L2 norms, in double precision. */
export function tokenNormReference(input: Float32Array, channels: number): Float64Array {
  const norms = new Float64Array(input.length / channels);
  for (const [index, value] of input.entries()) {
    const token = Math.floor(index / channels);
    norms[token] = (norms[token] ?? Number.NaN) + value * value;
  }
  return norms.map(Math.sqrt);
}
