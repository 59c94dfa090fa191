import { expect, test } from 'vitest';
import { toFloat32 } from '#checkpoint/dtype.ts';
import { openHttpFolder } from '#checkpoint/http-folder.ts';
import { readWeights } from '#checkpoint/read-weights.ts';
import { openCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import type { WeightTensor } from '#gpu/kernel.ts';
import { decodeWeightReference } from '#gpu/weight-dtype.reference.ts';
import { expectClose } from '#testing/compare.ts';
import { loadGolden } from '#testing/golden.ts';
import { computeOnGpu, guardedTensor, guardedWeight, testGpu } from '#testing/gpu-fixture.ts';
import { storeWeights } from '#testing/stored-weights.ts';
import { createConnectorScratch, encodeConnector, planConnector } from './connector.ts';

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
