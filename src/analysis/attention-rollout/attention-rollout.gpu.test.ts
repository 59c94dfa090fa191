import { expect, test } from 'vitest';
import { encodeAttentionLogSum, planAttentionLogSum } from '#analysis/attention-log-sum/attention-log-sum.ts';
import { type AttentionInputs, largeAttention, scatteredAttention } from '#testing/attention.ts';
import { expectClose } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { multiplyReference, rolloutMatrixReference } from './attention-rollout.reference.ts';
import {
  type AttentionRolloutSpec,
  encodeRolloutMatrix,
  encodeRolloutStep,
  planAttentionRollout,
} from './attention-rollout.ts';
import { headFusions } from './head-fusion.ts';

/** A of one block, [tokens, tokens]. */
async function computeMatrix(
  spec: AttentionRolloutSpec,
  inputs: AttentionInputs,
  workgroupSize = 64,
  limits = defaultLimits,
) {
  const gpu = await testGpu();
  const logSumPlan = planAttentionLogSum(spec, limits, workgroupSize);
  const plan = planAttentionRollout(spec, limits, workgroupSize);
  const query = guardedTensor(gpu, plan.inputShape, inputs.query);
  const key = guardedTensor(gpu, plan.inputShape, inputs.key);
  const logSum = guardedTensor(gpu, logSumPlan.outputShape);
  return computeOnGpu(gpu, plan.matrixShape, (pass, matrix) => {
    encodeAttentionLogSum(gpu, pass, logSumPlan, { query, key, output: logSum });
    encodeRolloutMatrix(gpu, pass, plan, { query, key, logSum, matrix });
  });
}

test.for([
  { tokens: 1, heads: 1, headSize: 1, workgroupSize: 64 },
  { tokens: 37, heads: 3, headSize: 5, workgroupSize: 64 },
  { tokens: 65, heads: 3, headSize: 8, workgroupSize: 16 },
  { tokens: 66, heads: 2, headSize: 4, workgroupSize: 128 },
])('A of $tokens tokens, $heads heads of $headSize, every fusion and discard', async ({ workgroupSize, ...sizes }) => {
  const inputs = scatteredAttention(sizes.tokens, sizes.heads * sizes.headSize);
  for (const fusion of headFusions) {
    for (const discardRatio of [0, 0.5, 0.9]) {
      const spec = { ...sizes, fusion, discardRatio };
      const matrix = await computeMatrix(spec, inputs, workgroupSize);
      expectClose(matrix, rolloutMatrixReference(inputs.query, inputs.key, spec), { absolute: 5e-6 });
    }
  }
});

test('A of 1025 tokens', async () => {
  const spec = { tokens: 1025, heads: 2, headSize: 8, fusion: 'mean', discardRatio: 0.9 } as const;
  const inputs = scatteredAttention(1025, 16);
  expectClose(await computeMatrix(spec, inputs), rolloutMatrixReference(inputs.query, inputs.key, spec), {
    absolute: 5e-6,
  });
});

test('more workgroups than one dimension holds', async () => {
  const spec = { tokens: 37, heads: 3, headSize: 4, fusion: 'max', discardRatio: 0.5 } as const;
  const inputs = scatteredAttention(37, 12);
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 7 };
  expectClose(await computeMatrix(spec, inputs, 8, limits), rolloutMatrixReference(inputs.query, inputs.key, spec), {
    absolute: 5e-6,
  });
});

test('scores to ±1e4 neither overflow nor turn NaN', async () => {
  const inputs = largeAttention(65, 12);
  for (const fusion of headFusions) {
    const spec = { tokens: 65, heads: 3, headSize: 4, fusion, discardRatio: 0.5 };
    expectClose(await computeMatrix(spec, inputs), rolloutMatrixReference(inputs.query, inputs.key, spec), {
      absolute: 1e-3,
    });
  }
});

test('equal weights: the last columns are discarded, the class token never', async () => {
  const inputs = { query: new Float32Array(37 * 8), key: scatteredAttention(37, 8).key };
  for (const { discardRatio, kept } of [
    { discardRatio: 0, kept: 37 },
    { discardRatio: 0.5, kept: 19 },
    { discardRatio: 0.99, kept: 1 },
  ]) {
    const spec = { tokens: 37, heads: 2, headSize: 4, fusion: 'mean', discardRatio } as const;
    const matrix = await computeMatrix(spec, inputs);
    const total = 1 + kept / 37;
    const expected = Array.from({ length: 37 * 37 }, (_, index) => {
      const [row, column] = [Math.floor(index / 37), index % 37];
      return ((column < kept ? 1 / 37 : 0) + (row === column ? 1 : 0)) / total;
    });
    expectClose(matrix, expected, { absolute: 1e-7 });
  }
});

test('the class token is kept where it is the smallest', async () => {
  const spec = { tokens: 5, heads: 1, headSize: 1, fusion: 'mean', discardRatio: 0.6 } as const;
  // Every query prefers the later keys: 3 of 5 are to go, of which column 0 stays.
  const inputs = { query: new Float32Array(5).fill(1), key: Float32Array.of(0, 1, 2, 3, 4) };
  const matrix = await computeMatrix(spec, inputs);
  const row = [...matrix.subarray(20)];
  expect(row.map((weight) => weight > 0)).toEqual([true, false, false, true, true]);
  expectClose(matrix, rolloutMatrixReference(inputs.query, inputs.key, spec), { absolute: 1e-6 });
});

test.for([
  { tokens: 37, heads: 3, headSize: 5, workgroupSize: 64 },
  { tokens: 65, heads: 3, headSize: 8, workgroupSize: 16 },
])('three blocks of $tokens tokens: a row of the full product', async ({ workgroupSize, ...sizes }) => {
  const gpu = await testGpu();
  const { tokens, heads, headSize } = sizes;
  const blocks = [1, 2, 3].map((seed) => scatteredAttention(tokens, heads * headSize, seed));
  for (const fusion of headFusions) {
    for (const discardRatio of [0, 0.5, 0.9]) {
      const spec = { ...sizes, fusion, discardRatio };
      const plan = planAttentionRollout(spec, gpu.device.limits, workgroupSize);
      let product: Float64Array | null = null;
      let row: Float32Array = Float32Array.from({ length: tokens }, (_, token) => (token === tokens - 2 ? 1 : 0));
      for (const inputs of blocks.toReversed()) {
        const reference = rolloutMatrixReference(inputs.query, inputs.key, spec);
        product = product ? multiplyReference(product, reference, tokens) : reference;
        const tensors = {
          row: guardedTensor(gpu, plan.rowShape, row),
          matrix: guardedTensor(gpu, plan.matrixShape, await computeMatrix(spec, inputs, workgroupSize)),
        };
        row = await computeOnGpu(gpu, plan.rowShape, (pass, output) =>
          encodeRolloutStep(gpu, pass, plan, { ...tensors, output }),
        );
      }
      const expected = product?.subarray((tokens - 2) * tokens, (tokens - 1) * tokens) ?? [];
      expectClose(row, expected, { absolute: 5e-6 });
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    }
  }
});

test('uniform attention carries a uniform row through unchanged', async () => {
  const gpu = await testGpu();
  const spec = { tokens: 65, heads: 3, headSize: 4, fusion: 'mean', discardRatio: 0 } as const;
  const plan = planAttentionRollout(spec, gpu.device.limits);
  const zeros = new Float32Array(65 * 12);
  const uniform = new Float32Array(65).fill(1 / 65);
  const row = guardedTensor(gpu, plan.rowShape, uniform);
  const matrix = guardedTensor(gpu, plan.matrixShape, await computeMatrix(spec, { query: zeros, key: zeros }));
  const carried = await computeOnGpu(gpu, plan.rowShape, (pass, output) =>
    encodeRolloutStep(gpu, pass, plan, { row, matrix, output }),
  );
  expectClose(carried, uniform, { absolute: 1e-7 });
});
