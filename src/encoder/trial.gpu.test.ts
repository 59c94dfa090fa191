import { expect, test } from 'vitest';
import type { VisionGraphConfig } from '#onnx/vision-graph.ts';
import { testGpu } from '#testing/gpu-fixture.ts';
import { createTrialInputs, measureTrialError } from './trial.ts';

const config: VisionGraphConfig = {
  hiddenSize: 48,
  layers: 2,
  heads: 3,
  intermediateSize: 80,
  imageSize: 112,
  patchSize: 14,
  qkvBias: true,
  qkNormalization: false,
  qkNormEps: 1e-6,
  normType: 'layer_norm',
  layerNormEps: 1e-6,
};

const tolerance = 2e-5;

const variants: readonly (readonly [string, Partial<VisionGraphConfig>])[] = [
  ['as InternViT-300M', {}],
  ['without bias of q, k and v', { qkvBias: false }],
  ['with norms of q and k', { qkNormalization: true, qkNormEps: 1e-3 }],
  ['with RMS norms', { normType: 'rms_norm' }],
  ['with a large epsilon', { layerNormEps: 0.1 }],
  ['with everything of InternViT-6B', { qkvBias: false, qkNormalization: true, normType: 'rms_norm' }],
];

test.each(variants)(
  'WASM computes the graph %s as plain arithmetic does, in both attention forms',
  async (_, change) => {
    const inputs = createTrialInputs({ ...config, ...change });
    for (const attention of ['multi-head-attention', 'matmul-softmax'] as const) {
      const maxAbsError = await measureTrialError({ backend: 'wasm' }, attention, inputs);
      expect(maxAbsError).toBeLessThan(tolerance);
    }
  },
);

test.each(variants.filter((_, index) => index % 5 === 0))('WebGPU computes the graph %s alike', async (_, change) => {
  const gpu = await testGpu();
  const inputs = createTrialInputs({ ...config, ...change });
  const maxAbsError = await measureTrialError({ backend: 'webgpu', gpu }, 'multi-head-attention', inputs);
  expect(maxAbsError).toBeLessThan(tolerance);
});

test('the measure sees a wrong epsilon', async () => {
  const right = createTrialInputs(config);
  const wrong = { ...right, config: { ...config, layerNormEps: 0.1 } };
  expect(await measureTrialError({ backend: 'wasm' }, 'multi-head-attention', wrong)).toBeGreaterThan(100 * tolerance);
});
