/** Two tensors [tokens, channels] → [tokens, 2]: L2 norm of the difference, cosine (0 for zeros); in double precision. */
export function tokenDifferenceReference(first: Float32Array, second: Float32Array, channels: number): Float64Array {
  const tokens = first.length / channels;
  const output = new Float64Array(2 * tokens);
  for (let token = 0; token < tokens; token++) {
    let [differences, products, firstSquares, secondSquares] = [0, 0, 0, 0];
    for (let at = token * channels; at < (token + 1) * channels; at++) {
      const a = first[at] ?? Number.NaN;
      const b = second[at] ?? Number.NaN;
      differences += (b - a) ** 2;
      products += a * b;
      firstSquares += a ** 2;
      secondSquares += b ** 2;
    }
    const norms = Math.sqrt(firstSquares) * Math.sqrt(secondSquares);
    output[2 * token] = Math.sqrt(differences);
    output[2 * token + 1] = norms === 0 ? 0 : products / norms;
  }
  return output;
}
