import { attentionReference } from '#analysis/attention-scores/attention-scores.reference.ts';
import type { AttentionSpec } from '#analysis/attention-scores/attention-scores.ts';

/** Columns `selected` of the full attention, every head: [keys, heads, tokens], in double precision. */
export function attentionColumnsReference(
  query: Float32Array,
  key: Float32Array,
  spec: AttentionSpec,
  selected: readonly number[],
): Float64Array {
  const { tokens, heads } = spec;
  const attention = attentionReference(query, key, spec);
  const columns = new Float64Array(selected.length * heads * tokens);
  for (const [at, j] of selected.entries()) {
    for (let row = 0; row < heads * tokens; row++) {
      columns[at * heads * tokens + row] = attention[row * tokens + j] ?? Number.NaN;
    }
  }
  return columns;
}
