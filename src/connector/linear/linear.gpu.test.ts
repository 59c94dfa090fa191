import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { scatteredValues } from '#testing/values.ts';
import { geluReference, linearReference } from './linear.reference.ts';
import { encodeLinear, type LinearSpec, planLinear } from './linear.ts';

interface LinearTensors {
  readonly input: Float32Array;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

async function computeLinear(
  spec: LinearSpec,
  { input, weight, bias }: LinearTensors,
  workgroupSize: readonly [number, number] = [8, 8],
): Promise<Float32Array> {
  const gpu = await testGpu();
  const plan = planLinear(spec, gpu.device.limits, workgroupSize);
  const tensors = {
    input: guardedTensor(gpu, plan.inputShape, input),
    weight: guardedTensor(gpu, [spec.outputSize, spec.inputSize], weight),
    bias: guardedTensor(gpu, [spec.outputSize], bias),
  };
  return computeOnGpu(gpu, plan.outputShape, (pass, output) => encodeLinear(gpu, pass, plan, { ...tensors, output }));
}

test.for([
  { tokens: 1, inputSize: 1, outputSize: 1 },
  { tokens: 4, inputSize: 4, outputSize: 4 },
  { tokens: 5, inputSize: 4, outputSize: 3 },
  { tokens: 3, inputSize: 6, outputSize: 5 },
  { tokens: 37, inputSize: 67, outputSize: 41 },
  { tokens: 37, inputSize: 68, outputSize: 41 },
  { tokens: 33, inputSize: 256, outputSize: 36 },
])('$tokens tokens, $inputSize to $outputSize', async (sizes) => {
  const tensors = {
    input: scatteredValues(sizes.tokens * sizes.inputSize, 1),
    weight: scatteredValues(sizes.outputSize * sizes.inputSize, 2),
    bias: scatteredValues(sizes.outputSize, 3),
  };
  for (const activation of ['none', 'gelu'] as const) {
    const spec = { ...sizes, activation };
    const expected = linearReference(tensors.input, tensors.weight, tensors.bias, spec);
    // A sum of `inputSize` products of at most 1, rounded at each step.
    const tolerance = { absolute: 1e-6 * Math.sqrt(sizes.inputSize), relative: 1e-6 };
    for (const workgroupSize of [
      [8, 8],
      [16, 2],
    ] as const) {
      expectClose(await computeLinear(spec, tensors, workgroupSize), expected, tolerance);
    }
  }
});

test('every input channel, weight and bias has its place, exactly', async () => {
  const spec: LinearSpec = { tokens: 6, inputSize: 9, outputSize: 7, activation: 'none' };
  const input = Float32Array.from({ length: 54 }, (_, at) => at + 1);
  const weight = Float32Array.from({ length: 63 }, (_, at) => 2 * at + 1);
  const bias = Float32Array.from({ length: 7 }, (_, at) => 100 * at);
  const actual = await computeLinear(spec, { input, weight, bias });
  expect([...actual]).toEqual([...linearReference(input, weight, bias, spec)]);
});

test('GELU over [-10, 10]: within two roundings of the value, and the left tail keeps its digits', async () => {
  const count = 4001;
  const input = Float32Array.from({ length: count }, (_, at) => (at - 2000) / 200);
  const spec: LinearSpec = { tokens: count, inputSize: 1, outputSize: 1, activation: 'gelu' };
  const actual = await computeLinear(spec, { input, weight: Float32Array.of(1), bias: Float32Array.of(0) });
  expectClose(actual, Array.from(input, geluReference), { absolute: 1e-7, relative: 1.2e-7 });
});

test('GELU of large values neither overflows nor turns NaN', async () => {
  const input = Float32Array.of(-1e30, -100, 0, 100, 1e30);
  const spec: LinearSpec = { tokens: 5, inputSize: 1, outputSize: 1, activation: 'gelu' };
  const actual = await computeLinear(spec, { input, weight: Float32Array.of(1), bias: Float32Array.of(0) });
  expectClose(actual, [0, 0, 0, 100, Math.fround(1e30)], { absolute: 0 });
});
