import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { defaultLimits } from '#testing/limits.ts';
import { attentionLogSumReference } from './attention-log-sum.reference.ts';
import { planAttentionLogSum } from './attention-log-sum.ts';

test('four queries of a head an invocation', () => {
  const plan = planAttentionLogSum({ tokens: 1025, heads: 16, headSize: 64 }, defaultLimits);
  expect(plan.inputShape).toEqual([1025, 1024]);
  expect(plan.outputShape).toEqual([16, 1025]);
  // 16 heads x 257 fours = 4112 invocations.
  expect(plan.dispatch.workgroups).toEqual([65, 1, 1]);
});

test('the reference: equal scores add the logarithm of their count', () => {
  const spec = { tokens: 3, heads: 1, headSize: 4 };
  const query = new Float32Array(12).fill(1);
  const key = new Float32Array(12).fill(500);
  expectClose(attentionLogSumReference(query, key, spec), new Array(3).fill(1000 + Math.log(3)), { absolute: 1e-12 });
});
