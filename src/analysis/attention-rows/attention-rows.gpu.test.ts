import { expect, test } from 'vitest';
import { scoresReference } from '#analysis/attention-scores/attention-scores.reference.ts';
import type { AttentionSpec } from '#analysis/attention-scores/attention-scores.ts';
import { packSelection } from '#analysis/selection.ts';
import { type AttentionInputs, largeAttention, scatteredAttention } from '#testing/attention.ts';
import { expectClose } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { attentionRowsReference } from './attention-rows.reference.ts';
import { encodeAttentionRows, planAttentionRows } from './attention-rows.ts';

async function computeRows(
  spec: AttentionSpec,
  inputs: AttentionInputs,
  selected: readonly number[],
  workgroupSize = 64,
  limits = defaultLimits,
) {
  const gpu = await testGpu();
  const plan = planAttentionRows({ ...spec, queries: selected.length }, limits, workgroupSize);
  const query = guardedTensor(gpu, plan.inputShape, inputs.query);
  const key = guardedTensor(gpu, plan.inputShape, inputs.key);
  const packed = packSelection(selected, spec.tokens);
  const selection = guardedTensor(gpu, [packed.length], packed);
  return computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeAttentionRows(gpu, pass, plan, { query, key, selection, output }),
  );
}

function expectRowsOfOne(rows: Float32Array, tokens: number): void {
  const sums = Array.from({ length: rows.length / tokens }, (_, row) =>
    rows.subarray(row * tokens, (row + 1) * tokens).reduce((sum, weight) => sum + weight, 0),
  );
  expectClose(sums, new Array(sums.length).fill(1), { absolute: 1e-5 });
}

test.for([
  { tokens: 1, heads: 1, headSize: 1, selected: [0], workgroupSize: 64 },
  { tokens: 37, heads: 3, headSize: 5, selected: [36], workgroupSize: 64 },
  { tokens: 65, heads: 3, headSize: 8, selected: [64, 0, 7, 8], workgroupSize: 16 },
  { tokens: 65, heads: 2, headSize: 7, selected: [3, 1], workgroupSize: 128 },
  {
    tokens: 17,
    heads: 2,
    headSize: 3,
    selected: [16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    workgroupSize: 64,
  },
  { tokens: 1025, heads: 2, headSize: 8, selected: [0, 1024, 512], workgroupSize: 64 },
])('$tokens tokens, $heads heads of $headSize, from $selected', async ({ selected, workgroupSize, ...spec }) => {
  const inputs = scatteredAttention(spec.tokens, spec.heads * spec.headSize);
  const rows = await computeRows(spec, inputs, selected, workgroupSize);
  expectClose(rows, attentionRowsReference(inputs.query, inputs.key, spec, selected), { absolute: 2e-6 });
  expectRowsOfOne(rows, spec.tokens);
});

test('more workgroups than one dimension holds', async () => {
  const spec = { tokens: 37, heads: 3, headSize: 4 };
  const inputs = scatteredAttention(37, 12);
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 };
  const rows = await computeRows(spec, inputs, [1, 2, 3], 64, limits);
  expectClose(rows, attentionRowsReference(inputs.query, inputs.key, spec, [1, 2, 3]), { absolute: 2e-6 });
});

test('scores to ±1e4 neither overflow nor turn NaN', async () => {
  const spec = { tokens: 65, heads: 3, headSize: 4 };
  const inputs = largeAttention(65, 12);
  const scores = scoresReference(inputs.query, inputs.key, spec);
  expect(Math.max(...scores)).toBeGreaterThan(8000);
  expect(Math.min(...scores)).toBeLessThan(-8000);
  const selected = [0, 1, 2, 63];
  const rows = await computeRows(spec, inputs, selected);
  expectClose(rows, attentionRowsReference(inputs.query, inputs.key, spec, selected), { absolute: 1e-6 });
  expectRowsOfOne(rows, 65);
});

test('equal scores give equal weights', async () => {
  const inputs = { query: new Float32Array(37 * 8).fill(3), key: new Float32Array(37 * 8).fill(-2) };
  const rows = await computeRows({ tokens: 37, heads: 2, headSize: 4 }, inputs, [0, 36]);
  expectClose(rows, new Array(148).fill(1 / 37), { absolute: 1e-8 });
});
