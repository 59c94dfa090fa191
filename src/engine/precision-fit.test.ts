import { expect, test } from 'vitest';
import type { VisionGraphConfig } from '#onnx/vision-graph.ts';
import { fitPrecisions, settlePrecision, wasmHeapByteLength } from './precision-fit.ts';

const internVit300M: VisionGraphConfig = {
  hiddenSize: 1024,
  layers: 24,
  heads: 16,
  intermediateSize: 4096,
  imageSize: 448,
  patchSize: 14,
  qkvBias: true,
  qkNormalization: false,
  qkNormEps: 1e-6,
  normType: 'layer_norm',
  layerNormEps: 1e-6,
  activation: 'gelu',
};
const largest = 4 * 4096 * 1024;
const device = {
  backend: 'webgpu',
  hasShaderF16: true,
  limits: { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 30 },
} as const;
const problemsOf = (target: Parameters<typeof fitPrecisions>[1], config = internVit300M) =>
  fitPrecisions(config, target).map(({ precision, problem }) => [precision, problem?.kind ?? null]);

test('the bytes are those of 304 million weights in each precision', () => {
  const fits = fitPrecisions(internVit300M, device);
  const [float32, float16, int8, int4] = fits.map(({ byteLength }) => byteLength);
  expect(float32).toBe(4 * 304_012_288);
  expect(float16).toBe(2 * 304_012_288);
  const matrices = 24 * (4 * 1024 * 1024 + 2 * 1024 * 4096);
  const others = 4 * (304_012_288 - matrices);
  expect(int8).toBe(matrices + matrices / 8 + others);
  expect(int4).toBe(matrices / 2 + matrices / 8 + others);
});

test('on WebGPU half precision needs shader-f16, and the largest weight has to be bindable', () => {
  expect(problemsOf(device)).toEqual([
    ['float32', null],
    ['float16', null],
    ['int8', null],
    ['int4', null],
  ]);
  expect(problemsOf({ ...device, hasShaderF16: false })[1]).toEqual(['float16', 'no-shader-f16']);
  const limits = { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: largest - 1 };
  expect(problemsOf({ ...device, limits }).map(([, problem]) => problem)).toEqual(['buffer', null, null, null]);
  const enough = { ...limits, maxStorageBufferBindingSize: largest };
  expect(problemsOf({ ...device, limits: enough })[0]).toEqual(['float32', null]);
});

test('on WASM there is no half precision, and everything has to fit into its heap', () => {
  const wasm = { ...device, backend: 'wasm' } as const;
  expect(problemsOf(wasm)).toEqual([
    ['float32', null],
    ['float16', 'wasm-has-no-f16'],
    ['int8', null],
    ['int4', null],
  ]);
  const [float32] = fitPrecisions({ ...internVit300M, layers: 96 }, wasm);
  expect(float32?.problem).toEqual({ kind: 'heap', needed: float32?.byteLength, limit: wasmHeapByteLength });
});

test('what cannot be had of half precision is settled before anything is loaded', () => {
  expect(settlePrecision('float16', device)).toEqual({ used: 'float16', reason: null });
  expect(settlePrecision('float16', { ...device, hasShaderF16: false })).toEqual({
    used: 'float32',
    reason: 'no-shader-f16',
  });
  expect(settlePrecision('float16', { ...device, backend: 'wasm' })).toEqual({ used: 'float32', reason: 'wasm' });
  expect(settlePrecision('int4', { ...device, backend: 'wasm' })).toEqual({ used: 'int4', reason: null });
});
