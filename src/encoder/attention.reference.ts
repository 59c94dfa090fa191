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
  const mixed = new Float64Array(tokens * channels);
  const firstRows = new Float64Array(heads * tokens);
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < tokens; row++) {
      const weights = softmax(
        Float64Array.from({ length: tokens }, (_, other) => {
          let dot = 0;
          for (let i = head * headSize; i < (head + 1) * headSize; i++) {
            dot += at(query, row * channels + i) * at(key, other * channels + i);
          }
          return dot / Math.sqrt(headSize);
        }),
      );
      if (row === 0) firstRows.set(weights, head * tokens);
      for (let i = head * headSize; i < (head + 1) * headSize; i++) {
        let total = 0;
        for (let other = 0; other < tokens; other++) total += at(weights, other) * at(value, other * channels + i);
        mixed[row * channels + i] = total;
      }
    }
  }
  return { mixed, firstRows };
}

function softmax(scores: Float64Array): Float64Array {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const total = exponentials.reduce((sumSoFar, value) => sumSoFar + value, 0);
  return exponentials.map((value) => value / total);
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`index ${index} of ${values.length}`);
  return value;
}
