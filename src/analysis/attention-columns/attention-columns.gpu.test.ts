import { expect, test } from 'vitest';
import { encodeAttentionLogSum, planAttentionLogSum } from '#analysis/attention-log-sum/attention-log-sum.ts';
import { encodeAttentionRows, planAttentionRows } from '#analysis/attention-rows/attention-rows.ts';
import type { AttentionSpec } from '#analysis/attention-scores/attention-scores.ts';
import { packSelection } from '#analysis/selection.ts';
import { type AttentionInputs, largeAttention, scatteredAttention } from '#testing/attention.ts';
import { expectClose } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { attentionColumnsReference } from './attention-columns.reference.ts';
import { encodeAttentionColumns, planAttentionColumns } from './attention-columns.ts';

/** Rows and columns of the same tokens, [selected, heads, tokens] each. */
async function computeBoth(
  spec: AttentionSpec,
  inputs: AttentionInputs,
  selected: readonly number[],
  workgroupSize = 64,
  limits = defaultLimits,
) {
  const gpu = await testGpu();
  const logSumPlan = planAttentionLogSum(spec, limits, workgroupSize);
  const plan = planAttentionColumns({ ...spec, keys: selected.length }, limits, workgroupSize);
  const rowsPlan = planAttentionRows({ ...spec, queries: selected.length }, limits, workgroupSize);
  const query = guardedTensor(gpu, plan.inputShape, inputs.query);
  const key = guardedTensor(gpu, plan.inputShape, inputs.key);
  const packed = packSelection(selected, spec.tokens);
  const selection = guardedTensor(gpu, [packed.length], packed);
  const logSum = guardedTensor(gpu, logSumPlan.outputShape);
  const columns = await computeOnGpu(gpu, plan.outputShape, (pass, output) => {
    encodeAttentionLogSum(gpu, pass, logSumPlan, { query, key, output: logSum });
    encodeAttentionColumns(gpu, pass, plan, { query, key, selection, logSum, output });
  });
  const rows = await computeOnGpu(gpu, rowsPlan.outputShape, (pass, output) =>
    encodeAttentionRows(gpu, pass, rowsPlan, { query, key, selection, output }),
  );
  return { rows, columns };
}

/** The weights between the selected tokens, [queries, heads, keys]: as the rows have them, and as the columns do. */
function weightsBetween(values: Float32Array, spec: AttentionSpec, selected: readonly number[], areRows: boolean) {
  return selected.flatMap((query, q) =>
    Array.from({ length: spec.heads }, (_, head) =>
      selected.map((key, k) => {
        const start = ((areRows ? q : k) * spec.heads + head) * spec.tokens;
        return values[start + (areRows ? key : query)] ?? Number.NaN;
      }),
    ).flat(),
  );
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
])('$tokens tokens, $heads heads of $headSize, to $selected', async ({ selected, workgroupSize, ...spec }) => {
  const inputs = scatteredAttention(spec.tokens, spec.heads * spec.headSize);
  const { rows, columns } = await computeBoth(spec, inputs, selected, workgroupSize);
  expectClose(columns, attentionColumnsReference(inputs.query, inputs.key, spec, selected), { absolute: 5e-6 });
  const fromRows = weightsBetween(rows, spec, selected, true);
  expectClose(weightsBetween(columns, spec, selected, false), fromRows, { absolute: 5e-6 });
});

test('more workgroups than one dimension holds', async () => {
  const spec = { tokens: 37, heads: 3, headSize: 4 };
  const inputs = scatteredAttention(37, 12);
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 6 };
  const { columns } = await computeBoth(spec, inputs, [5, 6], 16, limits);
  expectClose(columns, attentionColumnsReference(inputs.query, inputs.key, spec, [5, 6]), { absolute: 5e-6 });
});

test('scores to ±1e4: within the rounding of the log sum', async () => {
  const spec = { tokens: 65, heads: 3, headSize: 4 };
  const inputs = largeAttention(65, 12);
  const selected = [1, 2, 3, 64];
  const { columns } = await computeBoth(spec, inputs, selected);
  const expected = attentionColumnsReference(inputs.query, inputs.key, spec, selected);
  expect(Math.max(...expected)).toBeGreaterThan(0.99);
  expectClose(columns, expected, { absolute: 1e-3 });
});

test('a log sum that was rounded down makes no weight above 1', async () => {
  const gpu = await testGpu();
  const plan = planAttentionColumns({ tokens: 2, heads: 1, headSize: 1, keys: 1 }, defaultLimits);
  const query = guardedTensor(gpu, [2, 1], Float32Array.of(100, -100));
  const key = guardedTensor(gpu, [2, 1], Float32Array.of(100, -100));
  const logSum = guardedTensor(gpu, [1, 2], Float32Array.of(9999.999, 9999.999));
  const packed = packSelection([0], 2);
  const selection = guardedTensor(gpu, [packed.length], packed);
  const columns = await computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeAttentionColumns(gpu, pass, plan, { query, key, selection, logSum, output }),
  );
  expect([...columns]).toEqual([1, 0]);
});
