import { test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { scatteredValues } from '#testing/values.ts';
import { layerNormReference } from './layer-norm.reference.ts';
import { encodeLayerNorm, type LayerNormSpec, planLayerNorm } from './layer-norm.ts';

/** `values` through the kernel and the reference; within a few f32 roundings of normed values of at most about 2. */
async function checkLayerNorm(spec: LayerNormSpec, values: Float32Array, workgroupSize = 64, limits = defaultLimits) {
  const gpu = await testGpu();
  const plan = planLayerNorm(spec, limits, workgroupSize);
  const weights = { weight: scatteredValues(spec.channels, 2), bias: scatteredValues(spec.channels, 3) };
  const input = guardedTensor(gpu, plan.shape, values);
  const weight = guardedTensor(gpu, [spec.channels], weights.weight);
  const bias = guardedTensor(gpu, [spec.channels], weights.bias);
  const actual = await computeOnGpu(gpu, plan.shape, (pass, output) =>
    encodeLayerNorm(gpu, pass, plan, { input, weight, bias, output }),
  );
  expectClose(actual, layerNormReference(values, weights.weight, weights.bias, spec), { absolute: 2e-6 });
}

test.for([
  { tokens: 1, channels: 1, workgroupSize: 64 },
  { tokens: 37, channels: 67, workgroupSize: 64 },
  { tokens: 37, channels: 67, workgroupSize: 16 },
  { tokens: 3, channels: 1024, workgroupSize: 128 },
])('$tokens tokens of $channels, $workgroupSize invocations', async ({ tokens, channels, workgroupSize }) => {
  await checkLayerNorm({ tokens, channels, epsilon: 1e-5 }, scatteredValues(tokens * channels), workgroupSize);
});

test('more workgroups than one dimension holds', async () => {
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 };
  await checkLayerNorm({ tokens: 11, channels: 5, epsilon: 1e-5 }, scatteredValues(55), 64, limits);
});

test('a mean far from 0 does not drown the variance', async () => {
  // Values of 64 plus steps that f32 holds exactly there: E[x^2] - E[x]^2 would lose them.
  const values = scatteredValues(5 * 128).map((value) => 64 + Math.round(value * 64) / 1024);
  await checkLayerNorm({ tokens: 5, channels: 128, epsilon: 1e-5 }, values);
});

test('equal channels become the bias', async () => {
  await checkLayerNorm({ tokens: 3, channels: 32, epsilon: 1e-5 }, new Float32Array(96).fill(7));
});
