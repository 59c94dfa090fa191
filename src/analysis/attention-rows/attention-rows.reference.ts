import { attentionReference } from '#analysis/attention-scores/attention-scores.reference.ts';
import type { AttentionSpec } from '#analysis/attention-scores/attention-scores.ts';

/** Rows `selected` of the full attention, every head: [queries, heads, tokens], in double precision. */
export function attentionRowsReference(
  query: Float32Array,
  key: Float32Array,
  spec: AttentionSpec,
  selected: readonly number[],
): Float64Array {
  const { tokens, heads } = spec;
  const attention = attentionReference(query, key, spec);
  const rows = new Float64Array(selected.length * heads * tokens);
  for (const [at, i] of selected.entries()) {
    for (let head = 0; head < heads; head++) {
      const start = (head * tokens + i) * tokens;
      rows.set(attention.subarray(start, start + tokens), (at * heads + head) * tokens);
    }
  }
  return rows;
}
