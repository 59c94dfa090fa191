import { test } from 'vitest';
import { expectSameBits } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { scatteredValues } from '#testing/values.ts';
import { ablateBlocksReference } from './ablate-blocks.reference.ts';
import { encodeAblateBlocks, planAblateBlocks } from './ablate-blocks.ts';

async function checkAblation(
  values: Float32Array,
  shape: readonly number[],
  row: number,
  workgroupSize = 64,
  limits = defaultLimits,
  blocks = 4,
) {
  const gpu = await testGpu();
  const plan = planAblateBlocks({ shape, blocks, row }, limits, workgroupSize);
  const input = guardedTensor(gpu, shape, values);
  const selection = guardedTensor(gpu, [1], plan.selection);
  const actual = await computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeAblateBlocks(gpu, pass, plan, { input, selection, output }),
  );
  expectSameBits(actual, ablateBlocksReference(values, shape[1] ?? 0, row, blocks));
}

test.for([
  { shape: [1, 4], row: 0, workgroupSize: 64 },
  { shape: [37, 4 * 67], row: 0, workgroupSize: 64 },
  { shape: [37, 4 * 67], row: 36, workgroupSize: 16 },
  { shape: [3, 4 * 257], row: 1, workgroupSize: 128 },
])('row $row of $shape, $workgroupSize invocations', async ({ shape, row, workgroupSize }) => {
  const [tokens = 0, width = 0] = shape;
  await checkAblation(scatteredValues(tokens * width), shape, row, workgroupSize);
});

test.for([1, 9, 16])('a token of %i blocks', async (blocks) => {
  await checkAblation(scatteredValues(5 * blocks * 7), [5, blocks * 7], 3, 64, defaultLimits, blocks);
});

test('more workgroups than one dimension holds', async () => {
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 };
  await checkAblation(scatteredValues(5 * 12), [5, 12], 3, 8, limits);
});

test('a block that overflowed is put to 0 all the same', async () => {
  const values = Float32Array.of(Number.POSITIVE_INFINITY, 2, 3, 4, Number.NEGATIVE_INFINITY, 6, 7, 8);
  await checkAblation(values, [1, 8], 0);
});
