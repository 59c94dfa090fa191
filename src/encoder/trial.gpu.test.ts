import { expect, test } from 'vitest';
import { writeAttentionGraph } from '#onnx/attention.ts';
import { dequantizeReference } from '#onnx/dequantize.reference.ts';
import { quantizeMatrix } from '#onnx/pack-weights.ts';
import type { VisionGraphConfig } from '#onnx/vision-graph.ts';
import { testGpu } from '#testing/gpu-fixture.ts';
import { internVit300M } from '#testing/intern-vit-300m.ts';
import { createAttentionTrial } from './attention-trial.ts';
import { createBlockTrial, runTrial } from './trial.ts';

const config: VisionGraphConfig = {
  ...internVit300M,
  hiddenSize: 48,
  layers: 2,
  heads: 3,
  intermediateSize: 80,
  imageSize: 112,
};

const tolerance = 2e-5;
const halfTolerance = 5e-3;

const variants: readonly (readonly [string, Partial<VisionGraphConfig>])[] = [
  ['as InternViT-300M', {}],
  ['without position embeddings', { positionEmbeddings: false }],
  ['without bias of q, k and v', { qkvBias: false }],
  ['with norms of q and k', { qkNormalization: true, qkNormEps: 1e-3 }],
  ['with a norm behind the last block', { finalNorm: true }],
  ['with RMS norms', { normType: 'rms_norm' }],
  ['with a large epsilon', { layerNormEps: 0.1 }],
  ['with GELU by tanh', { activation: 'gelu_tanh' }],
  ['with quick GELU', { activation: 'quick_gelu' }],
  ['with ReLU', { activation: 'relu' }],
  ['with SiLU', { activation: 'silu' }],
  ['with everything of InternViT-6B', { qkvBias: false, qkNormalization: true, normType: 'rms_norm' }],
];

/** What rounding makes of a weight of the trial: of a block's matrices their nearest levels, of others themselves. */
function round(bits: 4 | 8) {
  return (name: string, values: Float32Array): Float32Array => {
    if (!/^blocks\..*\.(q|k|v|out|fc1|fc2)\.weight$/.test(name)) return values;
    const inputs = name.endsWith('fc2.weight') ? config.intermediateSize : config.hiddenSize;
    const outputs = values.length / inputs;
    return dequantizeReference(quantizeMatrix(name, values, outputs, inputs, bits), outputs, inputs, bits);
  };
}

test.each([
  ['wasm', 'int8', 8],
  ['wasm', 'int4', 4],
  ['webgpu', 'int8', 8],
  ['webgpu', 'int4', 4],
] as const)(
  '%s computes with matrices rounded to %s as plain arithmetic with the rounded values does',
  async (backend, precision, bits) => {
    const target = backend === 'wasm' ? { backend } : { backend, gpu: await testGpu() };
    const { maxAbsError } = await createBlockTrial(config, precision, round(bits))(target, 'matmul-softmax');
    expect(maxAbsError).toBeLessThan(tolerance);
  },
);

test('WASM computes the graph of half precision to its 11 bits, in both attention forms', async () => {
  const trial = createBlockTrial(config, 'float16');
  for (const attention of ['multi-head-attention', 'matmul-softmax'] as const) {
    const { maxAbsError } = await trial({ backend: 'wasm' }, attention);
    expect(maxAbsError).toBeLessThan(halfTolerance);
    expect(maxAbsError).toBeGreaterThan(tolerance);
  }
});

test.each(variants)(
  'WASM computes the graph %s as plain arithmetic does, in both attention forms',
  async (_, change) => {
    const trial = createBlockTrial({ ...config, ...change });
    for (const attention of ['multi-head-attention', 'matmul-softmax'] as const) {
      const { maxAbsError } = await trial({ backend: 'wasm' }, attention);
      expect(maxAbsError).toBeLessThan(tolerance);
    }
  },
);

test.each(variants)('WebGPU computes the graph %s alike', async (_, change) => {
  const gpu = await testGpu();
  const trial = createBlockTrial({ ...config, ...change });
  const { maxAbsError } = await trial({ backend: 'webgpu', gpu }, 'multi-head-attention');
  expect(maxAbsError).toBeLessThan(tolerance);
});

test('WASM computes attention alone in both forms', async () => {
  const trial = createAttentionTrial({ tokens: 33, heads: 3, headSize: 8 });
  for (const attention of ['multi-head-attention', 'matmul-softmax'] as const) {
    const { maxAbsError } = await trial({ backend: 'wasm' }, attention);
    expect(maxAbsError).toBeLessThan(tolerance);
  }
});

test('a trial sees one value that is off, and one that is not a number', async () => {
  const size = { tokens: 5, heads: 1, headSize: 4 };
  const graph = writeAttentionGraph(size, 'matmul-softmax');
  const ones = new Float32Array(20).fill(1);
  const run = (change: (values: Float64Array) => void) => {
    const expected = new Float64Array(20).fill(1);
    change(expected);
    const input = { shape: [1, 5, 4], values: ones };
    return runTrial({ graph, input, weight: () => ones, expected: new Map([[graph.output, expected]]) }, target);
  };
  const target = { backend: 'wasm' } as const;
  expect((await run(() => {})).maxAbsError).toBeLessThan(1e-6);
  expect((await run((values) => values.set([1.5], 19))).maxAbsError).toBeCloseTo(0.5, 5);
  expect((await run((values) => values.set([Number.NaN], 0))).maxAbsError).toBeNaN();
});
