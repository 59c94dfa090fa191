import type { AttentionSize } from '#onnx/attention.ts';

export interface AttentionReference {
  /** [tokens, heads * headSize] */
  readonly mixed: Float64Array;
  /** Softmax rows of token 0: [heads, tokens]. */
  readonly firstRows: Float64Array;
}

/** softmax(query key^T / sqrt(headSize)) value in slow loops and double precision; [tokens, heads * headSize] each. */
export function attentionReference(
  { tokens, heads, headSize }: AttentionSize,
  query: ArrayLike<number>,
  key: ArrayLike<number>,
  value: ArrayLike<number>,
): AttentionReference {
  const channels = heads * headSize;
  const [queries, keys] = [Float64Array.from(query), Float64Array.from(key)];
  const values = transpose(Float64Array.from(value), tokens, channels);
  const mixed = new Float64Array(tokens * channels);
  const firstRows = new Float64Array(heads * tokens);
  const scores = new Float64Array(tokens);
  for (let head = 0; head < heads; head++) {
    const first = head * headSize;
    for (let row = 0; row < tokens; row++) {
      for (let other = 0; other < tokens; other++) {
        scores[other] =
          dotReference(queries, row * channels + first, keys, other * channels + first, headSize) / Math.sqrt(headSize);
      }
      const weights = softmax(scores);
      if (row === 0) firstRows.set(weights, head * tokens);
      for (let i = first; i < first + headSize; i++) {
        mixed[row * channels + i] = dotReference(weights, 0, values, i * tokens, tokens);
      }
    }
  }
  return { mixed, firstRows };
}

/** The dot product of `count` elements of each, from `aStart` and `bStart` on. */
export function dotReference(a: Float64Array, aStart: number, b: Float64Array, bStart: number, count: number): number {
  if (aStart + count > a.length || bStart + count > b.length) throw new RangeError(`${count} elements are not there`);
  let total = 0;
  for (let i = 0; i < count; i++) total += (a[aStart + i] ?? Number.NaN) * (b[bStart + i] ?? Number.NaN);
  return total;
}

/** [rows, columns] → [columns, rows] */
function transpose(values: Float64Array, rows: number, columns: number): Float64Array {
  return values.map((_, index) => values[(index % rows) * columns + Math.floor(index / rows)] ?? Number.NaN);
}

function softmax(scores: Float64Array): Float64Array {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const total = exponentials.reduce((sumSoFar, value) => sumSoFar + value, 0);
  return exponentials.map((value) => value / total);
}
