import { expect, test } from 'vitest';
import { toFloat32 } from '#checkpoint/dtype.ts';
import { openHttpFolder } from '#checkpoint/http-folder.ts';
import { readWeights } from '#checkpoint/read-weights.ts';
import { openCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { expectClose } from '#testing/compare.ts';
import { loadGolden } from '#testing/golden.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { createConnectorScratch, encodeConnector, planConnector } from './connector.ts';

const fixtures = '/e2e/fixtures/reference';

function openFolder(path: string) {
  return openHttpFolder(path, { base: location.href });
}

test.for([
  { name: 'internvl-chat-v2-bf16', model: `${fixtures}/internvl-chat-v2-bf16/InternVL`, connector: null },
  { name: 'internvl-hf-bf16', model: `${fixtures}/internvl-hf-bf16/InternVL-hf`, connector: null },
  {
    name: 'vita-bf16-sharded',
    model: `${fixtures}/vita-bf16-sharded/InternViT`,
    connector: `${fixtures}/vita-bf16-sharded/VITA`,
  },
  { name: 'demo-coffee', model: '/models/demo/InternViT', connector: '/models/demo/VITA' },
] as const)('shuffled tokens become the tokens of the published code: $name', async ({ name, model, connector }) => {
  const gpu = await testGpu();
  const checkpoint = await openCheckpoint(openFolder(model), connector === null ? null : openFolder(connector));
  const config = checkpoint.connector;
  if (!config) throw new Error(`${name} has no connector`);
  const shuffled = await loadGolden(name, 'shuffled');
  const expected = await loadGolden(name, 'tokens');

  const loaded = new Map<string, GpuTensor>();
  await readWeights(
    checkpoint,
    (weight) => weight.startsWith('connector.'),
    ({ name: weight, bytes, dtype, shape }) => {
      loaded.set(weight, guardedTensor(gpu, shape, toFloat32(bytes, dtype)));
    },
  );
  const pairOf = (layer: string) => {
    const weight = loaded.get(`connector.${layer}.weight`);
    const bias = loaded.get(`connector.${layer}.bias`);
    if (!weight || !bias) throw new Error(`${name} has no ${layer}`);
    return { weight, bias };
  };

  const plan = planConnector({ tokens: 256, ...config }, gpu.device.limits);
  expect(plan.outputShape).toEqual(expected.shape);
  const input = guardedTensor(gpu, shuffled.shape, shuffled.values);
  const weights = { norm: plan.norm && pairOf('norm'), first: pairOf('fc1'), second: pairOf('fc2') };
  const scratch = createConnectorScratch(gpu, plan);
  const actual = await computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeConnector(gpu, pass, plan, { input, weights, scratch, output }),
  );
  // f32 sums in another order than PyTorch's.
  expectClose(actual, expected.values, { absolute: 1e-5, relative: 1e-5 });
});
