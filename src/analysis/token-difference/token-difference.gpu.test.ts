import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { loadGolden } from '#testing/golden.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { scatteredValues } from '#testing/values.ts';
import { tokenDifferenceReference } from './token-difference.reference.ts';
import { encodeTokenDifference, planTokenDifference } from './token-difference.ts';

/** A few f32 roundings: of the norm relative to it, of the cosine relative to 1. */
const tolerance = { absolute: 1e-6, relative: 1e-6 };

async function computeDifference(
  first: Float32Array,
  second: Float32Array,
  channels: number,
  workgroupSize = 64,
  limits = defaultLimits,
) {
  const gpu = await testGpu();
  const shape = [first.length / channels, channels];
  const plan = planTokenDifference({ first: shape, second: shape }, limits, workgroupSize);
  const tensors = { first: guardedTensor(gpu, shape, first), second: guardedTensor(gpu, shape, second) };
  return computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeTokenDifference(gpu, pass, plan, { ...tensors, output }),
  );
}

test.for([
  { tokens: 1, channels: 1, workgroupSize: 64 },
  { tokens: 37, channels: 67, workgroupSize: 64 },
  { tokens: 37, channels: 67, workgroupSize: 16 },
  { tokens: 3, channels: 1030, workgroupSize: 128 },
])('$tokens tokens of $channels, $workgroupSize invocations', async ({ tokens, channels, workgroupSize }) => {
  const first = scatteredValues(tokens * channels, 1);
  const second = scatteredValues(tokens * channels, 2);
  const actual = await computeDifference(first, second, channels, workgroupSize);
  expectClose(actual, tokenDifferenceReference(first, second, channels), tolerance);
});

test('more workgroups than one dimension holds', async () => {
  const [first, second] = [scatteredValues(55, 1), scatteredValues(55, 2)];
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 };
  const actual = await computeDifference(first, second, 5, 64, limits);
  expectClose(actual, tokenDifferenceReference(first, second, 5), tolerance);
});

test('zero tokens have cosine 0, equal ones no difference, and no cosine leaves [-1, 1]', async () => {
  const values = scatteredValues(40 * 33);
  values.fill(0, 0, 33);
  const same = await computeDifference(values, values, 33);
  expect([...same].slice(0, 2)).toEqual([0, 0]);
  for (const [at, value] of same.subarray(2).entries()) {
    if (at % 2 === 0) expect(value).toBe(0);
    else expect(value).toBeCloseTo(1, 6);
    expect(value).toBeLessThanOrEqual(1);
  }
  const opposite = await computeDifference(
    values,
    values.map((value) => -value),
    33,
  );
  expect(Math.min(...opposite)).toBeGreaterThanOrEqual(-1);
  expectClose(
    opposite,
    tokenDifferenceReference(
      values,
      values.map((value) => -value),
      33,
    ),
    tolerance,
  );
});

test('the tokens that two real connectors made', async () => {
  const first = await loadGolden('internvl-chat-v2-bf16', 'tokens');
  const second = await loadGolden('internvl-hf-bf16', 'tokens');
  expect(second.shape).toEqual(first.shape);
  const actual = await computeDifference(first.values, second.values, first.shape[1] ?? 0);
  expectClose(actual, tokenDifferenceReference(first.values, second.values, first.shape[1] ?? 0), tolerance);
});
