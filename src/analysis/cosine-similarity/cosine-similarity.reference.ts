/** Cosine of each row of [tokens, channels] to the mean of the rows `selected`, in double precision; 0 for zero vectors. */
export function cosineSimilarityReference(
  input: Float32Array,
  channels: number,
  selected: readonly number[],
): Float64Array {
  const rowOf = (row: number) => Float64Array.from(input.subarray(row * channels, (row + 1) * channels));
  const dot = (a: Float64Array, b: Float64Array) =>
    a.reduce((sum, value, at) => sum + value * (b[at] ?? Number.NaN), 0);
  const rows = selected.map(rowOf);
  const mean = Float64Array.from(
    { length: channels },
    (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? Number.NaN), 0) / rows.length,
  );
  return Float64Array.from({ length: input.length / channels }, (_, token) => {
    const row = rowOf(token);
    const norms = Math.sqrt(dot(row, row)) * Math.sqrt(dot(mean, mean));
    return norms === 0 ? 0 : dot(row, mean) / norms;
  });
}
