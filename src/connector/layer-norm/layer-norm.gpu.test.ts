import { expect, test } from 'vitest';
import { decodeWeightReference } from '#gpu/weight-dtype.reference.ts';
import type { WeightDtype } from '#gpu/weight-dtype.ts';
import { expectClose } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, guardedWeight, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { hardBits, storeBits, storeWeights } from '#testing/stored-weights.ts';
import { scatteredValues } from '#testing/values.ts';
import { layerNormReference } from './layer-norm.reference.ts';
import { encodeLayerNorm, type LayerNormSpec, planLayerNorm } from './layer-norm.ts';

const dtypes: readonly WeightDtype[] = ['f32', 'f16', 'bf16'];
const storedAsFloat32 = { weightDtype: 'f32', biasDtype: 'f32' } as const;

/** `values` through the kernel and the reference; within a few f32 roundings of normed values of at most about 2. */
async function checkLayerNorm(spec: LayerNormSpec, values: Float32Array, workgroupSize = 64, limits = defaultLimits) {
  const { channels, weightDtype, biasDtype } = spec;
  const gpu = await testGpu();
  const plan = planLayerNorm(spec, limits, workgroupSize);
  const stored = {
    weight: storeWeights(scatteredValues(channels, 2), weightDtype),
    bias: storeWeights(scatteredValues(channels, 3), biasDtype),
  };
  const input = guardedTensor(gpu, plan.shape, values);
  const weight = guardedWeight(gpu, [channels], weightDtype, stored.weight);
  const bias = guardedWeight(gpu, [channels], biasDtype, stored.bias);
  const actual = await computeOnGpu(gpu, plan.shape, (pass, output) =>
    encodeLayerNorm(gpu, pass, plan, { input, weight, bias, output }),
  );
  const weights = decodeWeightReference(stored.weight, weightDtype);
  const biases = decodeWeightReference(stored.bias, biasDtype);
  expectClose(actual, layerNormReference(values, weights, biases, spec), { absolute: 2e-6 });
}

const sizes = [
  { tokens: 1, channels: 1, workgroupSize: 64 },
  { tokens: 37, channels: 67, workgroupSize: 64 },
  { tokens: 37, channels: 67, workgroupSize: 16 },
  { tokens: 3, channels: 1024, workgroupSize: 128 },
];
const cases = sizes.flatMap((size, turn) =>
  dtypes.map((weightDtype, index) => ({ ...size, weightDtype, biasDtype: dtypes[(index + turn) % 3] ?? 'f32' })),
);

test.for(cases)(
  '$tokens tokens of $channels, $workgroupSize invocations, weight $weightDtype, bias $biasDtype',
  async ({ workgroupSize, ...sized }) => {
    await checkLayerNorm({ ...sized, epsilon: 1e-5 }, scatteredValues(sized.tokens * sized.channels), workgroupSize);
  },
);

test('more workgroups than one dimension holds', async () => {
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 };
  await checkLayerNorm({ tokens: 11, channels: 5, epsilon: 1e-5, ...storedAsFloat32 }, scatteredValues(55), 64, limits);
});

test('a mean far from 0 does not drown the variance', async () => {
  // Values of 64 plus steps that f32 holds exactly there: E[x^2] - E[x]^2 would lose them.
  const values = scatteredValues(5 * 128).map((value) => 64 + Math.round(value * 64) / 1024);
  await checkLayerNorm({ tokens: 5, channels: 128, epsilon: 1e-5, ...storedAsFloat32 }, values);
});

test('equal channels become the bias', async () => {
  await checkLayerNorm({ tokens: 3, channels: 32, epsilon: 1e-5, ...storedAsFloat32 }, new Float32Array(96).fill(7));
});

test.for(dtypes)('a hard bias is passed on: %s', async (biasDtype) => {
  const gpu = await testGpu();
  const { largest, infinite } = hardBits[biasDtype];
  const stored = storeBits([...largest, ...infinite, 0], biasDtype);
  const plan = planLayerNorm({ tokens: 1, channels: 5, epsilon: 1, ...storedAsFloat32, biasDtype }, defaultLimits);
  const input = guardedTensor(gpu, plan.shape, new Float32Array(5));
  const weight = guardedWeight(gpu, [5], 'f32', storeWeights([1, 1, 1, 1, 1], 'f32'));
  const bias = guardedWeight(gpu, [5], biasDtype, stored);
  const actual = await computeOnGpu(gpu, plan.shape, (pass, output) =>
    encodeLayerNorm(gpu, pass, plan, { input, weight, bias, output }),
  );
  expect([...actual]).toEqual([...decodeWeightReference(stored, biasDtype)]);
});
