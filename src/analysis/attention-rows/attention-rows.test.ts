import { expect, test } from 'vitest';
import { largeAttention } from '#testing/attention.ts';
import { defaultLimits } from '#testing/limits.ts';
import { attentionRowsReference } from './attention-rows.reference.ts';
import { planAttentionRows } from './attention-rows.ts';

const block = { tokens: 1025, heads: 16, headSize: 64 };

test('one workgroup a query and head', () => {
  const plan = planAttentionRows({ ...block, queries: 4 }, defaultLimits);
  expect(plan.inputShape).toEqual([1025, 1024]);
  expect(plan.outputShape).toEqual([4, 16, 1025]);
  expect(plan.dispatch.workgroups).toEqual([64, 1, 1]);
});

test('as many queries as a selection holds', () => {
  for (const queries of [1, 4, 16]) {
    expect(planAttentionRows({ ...block, queries }, defaultLimits).outputShape).toEqual([queries, 16, 1025]);
  }
  for (const queries of [0, -1, 1.5, Number.NaN]) {
    expect(() => planAttentionRows({ ...block, queries }, defaultLimits)).toThrow('at least 1');
  }
});

test('the output must be bindable, to the byte', () => {
  // Narrower heads than queries, so that the output is the larger tensor.
  const spec = { tokens: 10, heads: 2, headSize: 1, queries: 3 };
  expect(planAttentionRows(spec, { ...defaultLimits, maxBufferSize: 240 }).outputShape).toEqual([3, 2, 10]);
  expect(() => planAttentionRows(spec, { ...defaultLimits, maxBufferSize: 239 })).toThrow('[3, 2, 10] needs 240');
});

test('the reference takes the rows asked for, in their order', () => {
  const spec = { tokens: 6, heads: 2, headSize: 4 };
  const { query, key } = largeAttention(6, 8);
  const both = attentionRowsReference(query, key, spec, [5, 2]);
  expect([...both.subarray(0, 12)]).toEqual([...attentionRowsReference(query, key, spec, [5])]);
  expect([...both.subarray(12)]).toEqual([...attentionRowsReference(query, key, spec, [2])]);
  expect(both.subarray(0, 6).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14);
});
