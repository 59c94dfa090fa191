import type { AttentionSpec } from './attention-scores.ts';

/** query key^T / sqrt(headSize) of [tokens, heads * headSize] each: [heads, tokens, tokens], in double precision. */
export function scoresReference(query: Float32Array, key: Float32Array, spec: AttentionSpec): Float64Array {
  const { tokens, heads, headSize } = spec;
  const scores = new Float64Array(heads * tokens * tokens);
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < tokens; i++) {
      for (let j = 0; j < tokens; j++) {
        let sum = 0;
        for (let c = 0; c < headSize; c++) {
          const a = query[(i * heads + head) * headSize + c] ?? Number.NaN;
          sum += a * (key[(j * heads + head) * headSize + c] ?? Number.NaN);
        }
        scores[(head * tokens + i) * tokens + j] = sum / Math.sqrt(headSize);
      }
    }
  }
  return scores;
}

/** Softmax over the keys of every query: [heads, tokens, tokens], in double precision. */
export function attentionReference(query: Float32Array, key: Float32Array, spec: AttentionSpec): Float64Array {
  const { tokens } = spec;
  const scores = scoresReference(query, key, spec);
  for (let start = 0; start < scores.length; start += tokens) {
    const row = scores.subarray(start, start + tokens);
    const largest = Math.max(...row);
    row.set(row.map((score) => Math.exp(score - largest)));
    const total = row.reduce((sum, value) => sum + value, 0);
    row.set(row.map((value) => value / total));
  }
  return scores;
}
