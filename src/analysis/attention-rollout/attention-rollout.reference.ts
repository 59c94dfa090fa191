import { attentionReference } from '#analysis/attention-scores/attention-scores.reference.ts';
import type { AttentionRolloutSpec } from './attention-rollout.ts';
import type { HeadFusion } from './head-fusion.ts';

const fuse: Readonly<Record<HeadFusion, (a: number, b: number) => number>> = {
  mean: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};

/** A = normalise(discard(fuse(P)) + I) of one block: [tokens, tokens], from the full P, in double precision. */
export function rolloutMatrixReference(
  query: Float32Array,
  key: Float32Array,
  spec: AttentionRolloutSpec,
): Float64Array {
  const { tokens, heads, fusion, discardRatio } = spec;
  const attention = attentionReference(query, key, spec);
  const matrix = new Float64Array(tokens * tokens);
  for (let i = 0; i < tokens; i++) {
    const fused = Array.from({ length: tokens }, (_, j) => {
      const weightOf = (head: number) => attention[(head * tokens + i) * tokens + j] ?? Number.NaN;
      let weight = weightOf(0);
      for (let head = 1; head < heads; head++) weight = fuse[fusion](weight, weightOf(head));
      return fusion === 'mean' ? weight / heads : weight;
    });
    const kept = discardSmallest(fused, Math.floor(discardRatio * tokens));
    const total = 1 + kept.reduce((sum, weight) => sum + weight, 0);
    for (const [j, weight] of kept.entries()) matrix[i * tokens + j] = (weight + (i === j ? 1 : 0)) / total;
  }
  return matrix;
}

/** `row` with its `count` smallest entries as 0, of equals the later ones first; entry 0 is counted but kept. */
export function discardSmallest(row: readonly number[], count: number): readonly number[] {
  if (count === 0) return row;
  const smallestFirst = row
    .map((weight, column) => ({ weight, column }))
    .sort((a, b) => a.weight - b.weight || b.column - a.column);
  const discarded = new Set(smallestFirst.slice(0, count).map(({ column }) => column));
  return row.map((weight, column) => (column > 0 && discarded.has(column) ? 0 : weight));
}

/** [rows, tokens] times [tokens, tokens], in double precision. */
export function multiplyReference(a: Float64Array, b: Float64Array, tokens: number): Float64Array {
  const product = new Float64Array(a.length);
  for (let i = 0; i < a.length / tokens; i++) {
    for (let j = 0; j < tokens; j++) {
      let sum = 0;
      for (let k = 0; k < tokens; k++) sum += (a[i * tokens + k] ?? Number.NaN) * (b[k * tokens + j] ?? Number.NaN);
      product[i * tokens + j] = sum;
    }
  }
  return product;
}
