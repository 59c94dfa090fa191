import { expect, test } from 'vitest';
import { toFloat32 } from '#checkpoint/dtype.ts';
import { openHttpFolder } from '#checkpoint/http-folder.ts';
import { readWeights } from '#checkpoint/read-weights.ts';
import { openCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import type { GpuTensor, WeightTensor } from '#gpu/kernel.ts';
import { decodeWeightReference } from '#gpu/weight-dtype.reference.ts';
import { elementCount } from '#tensor/shape.ts';
import { expectClose } from '#testing/compare.ts';
import { loadGolden } from '#testing/golden.ts';
import { computeOnGpu, guardedTensor, guardedWeight, testGpu } from '#testing/gpu-fixture.ts';
import { storeWeights } from '#testing/stored-weights.ts';
import { scatteredValues } from '#testing/values.ts';
import {
  type ConnectorSpec,
  createConnectorScratch,
  encodeConnector,
  encodeHidden,
  planBeforeActivation,
  planConnector,
} from './connector.ts';
import { layerNormReference } from './layer-norm/layer-norm.reference.ts';
import { linearReference } from './linear/linear.reference.ts';
import { encodeLinear } from './linear/linear.ts';

const fixtures = '/e2e/fixtures/reference';

function openFolder(path: string) {
  return openHttpFolder(path, { base: location.href });
}

const cases = [
  { name: 'internvl-chat-v2-bf16', model: `${fixtures}/internvl-chat-v2-bf16/InternVL`, connector: null },
  { name: 'internvl-hf-bf16', model: `${fixtures}/internvl-hf-bf16/InternVL-hf`, connector: null },
  {
    name: 'vita-bf16-sharded',
    model: `${fixtures}/vita-bf16-sharded/InternViT`,
    connector: `${fixtures}/vita-bf16-sharded/VITA`,
  },
  { name: 'demo-coffee', model: '/models/demo/InternViT', connector: '/models/demo/VITA' },
] as const;

/** Every checkpoint here is stored in bf16, so that both are the same weights. */
const casesByDtype = cases.flatMap((each) => (['bf16', 'f32'] as const).map((dtype) => ({ ...each, dtype })));

test.for(casesByDtype)(
  'shuffled tokens become the tokens of the published code: $name, weights in $dtype',
  async (each) => {
    const { name, model, connector, dtype } = each;
    const gpu = await testGpu();
    const checkpoint = await openCheckpoint(openFolder(model), connector === null ? null : openFolder(connector));
    const config = checkpoint.connector;
    if (!config) throw new Error(`${name} has no connector`);
    const shuffled = await loadGolden(name, 'shuffled');
    const expected = await loadGolden(name, 'tokens');

    const loaded = new Map<string, WeightTensor>();
    await readWeights(
      checkpoint,
      (weight) => weight.startsWith('connector.'),
      ({ name: weight, bytes, dtype: storedDtype, shape }) => {
        const values = toFloat32(bytes, storedDtype);
        const stored = storeWeights(values, dtype);
        expect(Float32Array.from(decodeWeightReference(stored, dtype)), `${weight} is bf16`).toEqual(values);
        loaded.set(weight, guardedWeight(gpu, shape, dtype, stored));
      },
    );
    const pairOf = (layer: string) => {
      const weight = loaded.get(`connector.${layer}.weight`);
      const bias = loaded.get(`connector.${layer}.bias`);
      if (!weight || !bias) throw new Error(`${name} has no ${layer}`);
      return { weight, bias };
    };

    const weights = {
      norm: config.layerNormEps === null ? null : pairOf('norm'),
      first: pairOf('fc1'),
      second: pairOf('fc2'),
    };
    const plan = planConnector({ tokens: 256, ...config, weights }, gpu.device.limits);
    expect(plan.outputShape).toEqual(expected.shape);
    const input = guardedTensor(gpu, shuffled.shape, shuffled.values);
    const scratch = createConnectorScratch(gpu, plan);
    const actual = await computeOnGpu(gpu, plan.outputShape, (pass, output) =>
      encodeConnector(gpu, pass, plan, { input, weights, scratch, output }),
    );
    // f32 sums in another order than PyTorch's.
    expectClose(actual, expected.values, { absolute: 1e-5, relative: 1e-5 });
  },
);

test.for([
  { tokens: 37, inputSize: 68, hiddenSize: 41, outputSize: 5, layerNormEps: 1e-5, activation: 'gelu' },
  { tokens: 5, inputSize: 4 * 67, hiddenSize: 9, outputSize: 33, layerNormEps: 1e-5, activation: 'silu' },
  { tokens: 37, inputSize: 12, hiddenSize: 67, outputSize: 3, layerNormEps: null, activation: 'relu' },
] as const)(
  'what lies between: $tokens tokens, $inputSize to $hiddenSize, norm $layerNormEps, $activation',
  async (sizes) => {
    const gpu = await testGpu();
    const { tokens, inputSize, hiddenSize, outputSize, layerNormEps, activation } = sizes;
    const stored = (seed: number, ...shape: readonly number[]) => {
      const bytes = storeWeights(scatteredValues(elementCount(shape), seed), 'bf16');
      return { tensor: guardedWeight(gpu, shape, 'bf16', bytes), values: decodeWeightReference(bytes, 'bf16') };
    };
    const layer = (seed: number, ...shape: readonly number[]) =>
      ({ weight: stored(seed, ...shape), bias: stored(seed + 1, shape[0] ?? 0) }) as const;
    const layers = {
      norm: layerNormEps === null ? null : layer(1, inputSize),
      first: layer(3, hiddenSize, inputSize),
      second: layer(5, outputSize, hiddenSize),
    };
    const tensorsOf = ({ weight, bias }: typeof layers.first) => ({ weight: weight.tensor, bias: bias.tensor });
    const weights = {
      norm: layers.norm && tensorsOf(layers.norm),
      first: tensorsOf(layers.first),
      second: tensorsOf(layers.second),
    };
    const spec: ConnectorSpec = { ...sizes, weights };
    const plan = planConnector(spec, gpu.device.limits);
    const beforeActivation = planBeforeActivation(spec, gpu.device.limits);
    const values = scatteredValues(tokens * inputSize, 7);
    const input = guardedTensor(gpu, [tokens, inputSize], values);
    const dtypes = { weightDtype: 'bf16', biasDtype: 'bf16' } as const;

    const normedShape = [tokens, inputSize];
    const hiddenShape = [tokens, hiddenSize];
    const between = (name: 'normed' | 'hidden', output: GpuTensor) => {
      const scratch = {
        normed: guardedTensor(gpu, normedShape),
        hidden: guardedTensor(gpu, hiddenShape),
        [name]: output,
      };
      return { input, weights, scratch: { ...scratch, normed: layers.norm && scratch.normed } };
    };
    const tolerance = { absolute: 1e-5, relative: 1e-6 };

    let normed = values;
    if (layers.norm && layerNormEps !== null) {
      const { weight, bias } = layers.norm;
      const norm = { tokens, channels: inputSize, epsilon: layerNormEps, ...dtypes };
      const reference = layerNormReference(values, weight.values, bias.values, norm);
      const actual = await computeOnGpu(gpu, normedShape, (pass, output) =>
        encodeHidden(gpu, pass, plan, between('normed', output)),
      );
      expectClose(actual, reference, tolerance);
      normed = Float32Array.from(reference);
    }
    const { weight, bias } = layers.first;
    const linear = { tokens, inputSize, outputSize: hiddenSize, ...dtypes };
    const activated = await computeOnGpu(gpu, hiddenShape, (pass, output) =>
      encodeHidden(gpu, pass, plan, between('hidden', output)),
    );
    expectClose(activated, linearReference(normed, weight.values, bias.values, { ...linear, activation }), tolerance);
    const normedOnGpu = guardedTensor(gpu, normedShape, normed);
    const before = await computeOnGpu(gpu, hiddenShape, (pass, output) =>
      encodeLinear(gpu, pass, beforeActivation, { input: normedOnGpu, ...weights.first, output }),
    );
    expectClose(
      before,
      linearReference(normed, weight.values, bias.values, { ...linear, activation: 'none' }),
      tolerance,
    );
  },
);
