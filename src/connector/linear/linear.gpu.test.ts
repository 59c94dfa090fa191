import { describe, expect, test } from 'vitest';
import { decodeWeightReference } from '#gpu/weight-dtype.reference.ts';
import type { WeightDtype } from '#gpu/weight-dtype.ts';
import { activationReferences } from '#tensor/activation.reference.ts';
import { type Activation, activations } from '#tensor/activation.ts';
import { expectClose } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, guardedWeight, testGpu } from '#testing/gpu-fixture.ts';
import { hardBits, storeBits, storeWeights } from '#testing/stored-weights.ts';
import { countingValues, scatteredValues } from '#testing/values.ts';
import { linearReference } from './linear.reference.ts';
import { encodeLinear, type LinearSpec, planLinear } from './linear.ts';

/** `weight` and `bias` as they are stored. */
interface LinearTensors {
  readonly input: Float32Array;
  readonly weight: Uint8Array;
  readonly bias: Uint8Array;
}

const dtypes: readonly WeightDtype[] = ['f32', 'f16', 'bf16'];
const storedAsFloat32 = { weightDtype: 'f32', biasDtype: 'f32' } as const;

function storeFloat32(...values: readonly number[]): Uint8Array {
  return storeWeights(values, 'f32');
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
    weight: guardedWeight(gpu, [spec.outputSize, spec.inputSize], spec.weightDtype, weight),
    bias: guardedWeight(gpu, [spec.outputSize], spec.biasDtype, bias),
  };
  return computeOnGpu(gpu, plan.outputShape, (pass, output) => encodeLinear(gpu, pass, plan, { ...tensors, output }));
}

function computeReference(spec: LinearSpec, { input, weight, bias }: LinearTensors): Float64Array {
  const decoded = [
    decodeWeightReference(weight, spec.weightDtype),
    decodeWeightReference(bias, spec.biasDtype),
  ] as const;
  return linearReference(input, ...decoded, spec);
}

const sizes = [
  { tokens: 1, inputSize: 1, outputSize: 1 },
  { tokens: 4, inputSize: 4, outputSize: 4 },
  { tokens: 5, inputSize: 4, outputSize: 3 },
  { tokens: 3, inputSize: 6, outputSize: 5 },
  { tokens: 37, inputSize: 67, outputSize: 41 },
  { tokens: 37, inputSize: 68, outputSize: 41 },
  { tokens: 33, inputSize: 256, outputSize: 36 },
];
const cases = sizes.flatMap((size, turn) =>
  dtypes.map((weightDtype, index) => ({ ...size, weightDtype, biasDtype: dtypes[(index + turn) % 3] ?? 'f32' })),
);

test.for(cases)('$tokens tokens, $inputSize to $outputSize, weight $weightDtype, bias $biasDtype', async (stored) => {
  const { tokens, inputSize, outputSize, weightDtype, biasDtype } = stored;
  const tensors = {
    input: scatteredValues(tokens * inputSize, 1),
    weight: storeWeights(scatteredValues(outputSize * inputSize, 2), weightDtype),
    bias: storeWeights(scatteredValues(outputSize, 3), biasDtype),
  };
  // A sum of `inputSize` products of at most 1, rounded at each step.
  const tolerance = { absolute: 1e-6 * Math.sqrt(inputSize), relative: 1e-6 };
  for (const [activation, workgroupSize] of [
    ['none', [8, 8]],
    ['gelu', [16, 2]],
  ] as const) {
    const spec = { ...stored, activation };
    expectClose(await computeLinear(spec, tensors, workgroupSize), computeReference(spec, tensors), tolerance);
  }
});

const hardCases = dtypes.flatMap((weightDtype) => [4, 5].map((inputSize) => ({ weightDtype, inputSize })));

test.for(hardCases)('rows of $inputSize hard $weightDtype weights', async ({ weightDtype, inputSize }) => {
  const { tiny, largest, infinite } = hardBits[weightDtype];
  const prepare = (factor: number, bits: readonly number[]) => {
    const sizes = { tokens: 1, inputSize, outputSize: bits.length };
    const spec: LinearSpec = { ...sizes, ...storedAsFloat32, weightDtype, activation: 'none' };
    const rows = bits.flatMap((word) => new Array<number>(inputSize).fill(word));
    // The powers of 2 add up to less than 1, so that the largest weights do not overflow.
    const input = Float32Array.from({ length: inputSize }, (_, index) => factor * 2 ** -(index + 1));
    return [spec, { input, weight: storeBits(rows, weightDtype), bias: new Uint8Array(4 * bits.length) }] as const;
  };

  const small = prepare(2 ** 100, tiny);
  const actual = await computeLinear(...small);
  // A subnormal f16 is a normal f32. The others stay subnormal, and a device may take all of them as 0.
  const isFlushed = weightDtype !== 'f16' && actual.every((value) => value === 0);
  expectClose(actual, isFlushed ? [0, 0, 0] : computeReference(...small), { absolute: 0, relative: 1e-6 });

  const large = prepare(1, largest);
  expectClose(await computeLinear(...large), computeReference(...large), { absolute: 0, relative: 1e-6 });
  expect([...(await computeLinear(...prepare(1, infinite)))]).toEqual([Infinity, -Infinity]);
});

test.for(dtypes)('a hard bias is passed on: %s', async (biasDtype) => {
  const { largest, infinite } = hardBits[biasDtype];
  const bias = storeBits([...largest, ...infinite], biasDtype);
  const spec: LinearSpec = {
    ...storedAsFloat32,
    tokens: 1,
    inputSize: 1,
    outputSize: 4,
    biasDtype,
    activation: 'none',
  };
  const actual = await computeLinear(spec, { input: Float32Array.of(1), weight: storeFloat32(0, 0, 0, 0), bias });
  expect([...actual]).toEqual([...decodeWeightReference(bias, biasDtype)]);
});

test('every input channel, weight and bias has its place, exactly', async () => {
  for (const dtype of dtypes) {
    for (const inputSize of [8, 9]) {
      const stored = { weightDtype: dtype, biasDtype: dtype };
      const spec: LinearSpec = { tokens: 6, inputSize, outputSize: 7, activation: 'none', ...stored };
      const tensors = {
        input: countingValues(6 * inputSize),
        // Integers to 126 and tens to 60: of at most 8 binary digits, which every dtype holds.
        weight: storeWeights(
          countingValues(7 * inputSize).map((value) => 2 * value),
          dtype,
        ),
        bias: storeWeights(
          countingValues(7).map((value) => 10 * value),
          dtype,
        ),
      };
      expect([...(await computeLinear(spec, tensors))]).toEqual([...computeReference(spec, tensors)]);
    }
  }
});

/** Roundings that a value goes through. */
const roundings: Readonly<Record<Activation, number>> = { gelu: 2, gelu_tanh: 3, quick_gelu: 3, relu: 0, silu: 3 };

describe.each(activations)('%s', (activation) => {
  const compute = (input: Float32Array) => {
    const sizes = { tokens: input.length, inputSize: 1, outputSize: 1 };
    const tensors = { input, weight: storeFloat32(1), bias: storeFloat32(0) };
    return computeLinear({ ...sizes, activation, ...storedAsFloat32 }, tensors);
  };

  test('over [-10, 10]: within a few roundings of the value, and the left tail keeps its digits', async () => {
    const input = Float32Array.from({ length: 4001 }, (_, at) => (at - 2000) / 200);
    const actual = await compute(input);
    const expected = Array.from(input, activationReferences[activation]);
    expectClose(actual, expected, { absolute: 1e-7, relative: 6e-8 * roundings[activation] });
    // Up to -1; below 2e-14 the reference has no digits left.
    expectClose(actual.subarray(0, 1801), expected.slice(0, 1801), { absolute: 2e-14, relative: 1e-5 });
  });

  test('of large values neither overflows nor turns NaN', async () => {
    const actual = await compute(Float32Array.of(-1e30, -100, 0, 100, 1e30));
    expectClose(actual, [0, 0, 0, 100, Math.fround(1e30)], { absolute: 0 });
  });
});
