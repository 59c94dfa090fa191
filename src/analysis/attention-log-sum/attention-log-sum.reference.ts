import { scoresReference } from '#analysis/attention-scores/attention-scores.reference.ts';
import type { AttentionSpec } from '#analysis/attention-scores/attention-scores.ts';

/** log(sum over the keys of exp(score)) of every query: [heads, tokens], in double precision. */
export function attentionLogSumReference(query: Float32Array, key: Float32Array, spec: AttentionSpec): Float64Array {
  const { tokens, heads } = spec;
  const scores = scoresReference(query, key, spec);
  return Float64Array.from({ length: heads * tokens }, (_, index) => {
    const row = scores.subarray(index * tokens, (index + 1) * tokens);
    const largest = Math.max(...row);
    return largest + Math.log(row.reduce((sum, score) => sum + Math.exp(score - largest), 0));
  });
}
