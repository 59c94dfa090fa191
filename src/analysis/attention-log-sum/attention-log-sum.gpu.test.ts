import { expect, test } from 'vitest';
import type { AttentionSpec } from '#analysis/attention-scores/attention-scores.ts';
import { type AttentionInputs, largeAttention, scatteredAttention } from '#testing/attention.ts';
import { expectClose } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { attentionLogSumReference } from './attention-log-sum.reference.ts';
import { encodeAttentionLogSum, planAttentionLogSum } from './attention-log-sum.ts';

async function computeLogSums(
  spec: AttentionSpec,
  inputs: AttentionInputs,
  workgroupSize = 64,
  limits = defaultLimits,
) {
  const gpu = await testGpu();
  const plan = planAttentionLogSum(spec, limits, workgroupSize);
  const query = guardedTensor(gpu, plan.inputShape, inputs.query);
  const key = guardedTensor(gpu, plan.inputShape, inputs.key);
  return computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeAttentionLogSum(gpu, pass, plan, { query, key, output }),
  );
}

test.for([
  { tokens: 1, heads: 1, headSize: 1, workgroupSize: 64 },
  { tokens: 37, heads: 3, headSize: 5, workgroupSize: 64 },
  { tokens: 65, heads: 3, headSize: 8, workgroupSize: 16 },
  { tokens: 66, heads: 2, headSize: 8, workgroupSize: 64 },
  { tokens: 67, heads: 2, headSize: 7, workgroupSize: 128 },
  { tokens: 1025, heads: 2, headSize: 8, workgroupSize: 64 },
])('$tokens tokens, $heads heads of $headSize, $workgroupSize invocations', async ({ workgroupSize, ...spec }) => {
  const inputs = scatteredAttention(spec.tokens, spec.heads * spec.headSize);
  const logSums = await computeLogSums(spec, inputs, workgroupSize);
  // A few f32 roundings of values of at most about 16.
  expectClose(logSums, attentionLogSumReference(inputs.query, inputs.key, spec), { absolute: 4e-6 });
});

test('more workgroups than one dimension holds', async () => {
  const spec = { tokens: 37, heads: 3, headSize: 4 };
  const inputs = scatteredAttention(37, 12);
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 };
  const logSums = await computeLogSums(spec, inputs, 4, limits);
  expectClose(logSums, attentionLogSumReference(inputs.query, inputs.key, spec), { absolute: 4e-6 });
});

test('scores to ±1e4: to the rounding of the result', async () => {
  const spec = { tokens: 65, heads: 3, headSize: 4 };
  const inputs = largeAttention(65, 12);
  const expected = attentionLogSumReference(inputs.query, inputs.key, spec);
  expect(Math.max(...expected)).toBeGreaterThan(8000);
  expect(Math.min(...expected)).toBeLessThan(-4000);
  expectClose(await computeLogSums(spec, inputs), expected, { absolute: 1e-6, relative: 2 ** -23 });
});

test('equal scores add the logarithm of their count', async () => {
  const spec = { tokens: 37, heads: 2, headSize: 4 };
  const inputs = { query: new Float32Array(37 * 8).fill(1), key: new Float32Array(37 * 8).fill(2) };
  const logSums = await computeLogSums(spec, inputs);
  expectClose(logSums, new Array(74).fill(4 + Math.log(37)), { absolute: 1e-6 });
});
