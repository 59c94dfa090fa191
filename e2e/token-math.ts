/** Norms and cosines by loops in double precision, to hold against what the page draws. */

/** The L2 norm of each row of `data` [rows, channels]. */
export function rowNorms(data: Float32Array, channels: number): number[] {
  return Array.from({ length: data.length / channels }, (_, row) => Math.sqrt(dot(data, channels, row, row)));
}

/** The cosine of each row of `data` [rows, channels] to row `selected`. */
export function rowCosines(data: Float32Array, channels: number, selected: number): number[] {
  const norms = rowNorms(data, channels);
  const normOf = (row: number) => norms[row] ?? Number.NaN;
  return norms.map((norm, row) => dot(data, channels, row, selected) / (norm * normOf(selected)));
}

function dot(data: Float32Array, channels: number, a: number, b: number): number {
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) {
    sum += (data[a * channels + channel] ?? Number.NaN) * (data[b * channels + channel] ?? Number.NaN);
  }
  return sum;
}

/** The cosine of two vectors of one width. */
export function cosineBetween(a: Float32Array, b: Float32Array): number {
  const both = new Float32Array(2 * a.length);
  both.set(a);
  both.set(b, a.length);
  return rowCosines(both, a.length, 0)[1] ?? Number.NaN;
}
