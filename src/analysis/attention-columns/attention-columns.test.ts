import { expect, test } from 'vitest';
import { attentionRowsReference } from '#analysis/attention-rows/attention-rows.reference.ts';
import { scatteredAttention } from '#testing/attention.ts';
import { defaultLimits } from '#testing/limits.ts';
import { attentionColumnsReference } from './attention-columns.reference.ts';
import { planAttentionColumns } from './attention-columns.ts';

const block = { tokens: 1025, heads: 16, headSize: 64 };

test('one invocation an element', () => {
  const plan = planAttentionColumns({ ...block, keys: 4 }, defaultLimits);
  expect(plan.inputShape).toEqual([1025, 1024]);
  expect(plan.outputShape).toEqual([4, 16, 1025]);
  expect(plan.dispatch.workgroups).toEqual([1025, 1, 1]);
});

test('as many keys as a selection holds', () => {
  for (const keys of [1, 4, 16]) {
    expect(planAttentionColumns({ ...block, keys }, defaultLimits).outputShape).toEqual([keys, 16, 1025]);
  }
  for (const keys of [0, -1, 1.5, Number.NaN]) {
    expect(() => planAttentionColumns({ ...block, keys }, defaultLimits)).toThrow('at least 1');
  }
});

test('the output must be bindable, to the byte', () => {
  const spec = { tokens: 10, heads: 2, headSize: 1, keys: 3 };
  expect(planAttentionColumns(spec, { ...defaultLimits, maxBufferSize: 240 }).outputShape).toEqual([3, 2, 10]);
  expect(() => planAttentionColumns(spec, { ...defaultLimits, maxBufferSize: 239 })).toThrow('[3, 2, 10] needs 240');
});

test('the reference gives the weight of a query and key as the rows do', () => {
  const spec = { tokens: 7, heads: 2, headSize: 3 };
  const { query, key } = scatteredAttention(7, 6);
  const rows = attentionRowsReference(query, key, spec, [5]);
  const columns = attentionColumnsReference(query, key, spec, [1, 2]);
  // Query 5 to key 2, head 1.
  expect(columns[(1 * 2 + 1) * 7 + 5]).toBe(rows[1 * 7 + 2]);
});
