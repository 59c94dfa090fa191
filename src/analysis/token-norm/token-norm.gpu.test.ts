import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { loadGolden } from '#testing/golden.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { scatteredValues } from '#testing/values.ts';
import { tokenNormReference } from './token-norm.reference.ts';
import { encodeTokenNorm, planTokenNorm } from './token-norm.ts';

/** Rounding of at most a dozen additions in a row, f32. */
const tolerance = { absolute: 0, relative: 1e-6 };

async function computeNorms(
  shape: readonly number[],
  values: Float32Array,
  workgroupSize = 64,
  limits = defaultLimits,
) {
  const gpu = await testGpu();
  const plan = planTokenNorm(shape, limits, workgroupSize);
  const input = guardedTensor(gpu, shape, values);
  return computeOnGpu(gpu, plan.outputShape, (pass, output) => encodeTokenNorm(gpu, pass, plan, { input, output }));
}

test.for([
  { tokens: 1, channels: 1, workgroupSize: 64 },
  { tokens: 37, channels: 67, workgroupSize: 64 },
  { tokens: 37, channels: 67, workgroupSize: 16 },
  { tokens: 3, channels: 1024, workgroupSize: 128 },
])('$tokens tokens of $channels, $workgroupSize invocations', async ({ tokens, channels, workgroupSize }) => {
  const values = scatteredValues(tokens * channels);
  const norms = await computeNorms([tokens, channels], values, workgroupSize);
  expectClose(norms, tokenNormReference(values, channels), tolerance);
});

test('more workgroups than one dimension holds', async () => {
  const values = scatteredValues(11 * 5);
  const norms = await computeNorms([11, 5], values, 64, { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 });
  expectClose(norms, tokenNormReference(values, 5), tolerance);
});

test('a zero token has norm 0', async () => {
  expect([...(await computeNorms([2, 3], Float32Array.of(0, 0, 0, 2, 3, 6)))]).toEqual([0, 7]);
});

test('norms of a real hidden state', async () => {
  const { values, shape } = await loadGolden('demo-coffee', 'selected_hidden_state');
  expectClose(await computeNorms(shape, values), tokenNormReference(values, 192), tolerance);
});
