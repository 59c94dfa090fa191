import { afterEach, describe, expect, test, vi } from 'vitest';
import type { VisionConfig } from '#checkpoint/config.ts';
import { planEncoder } from '#checkpoint/layouts.ts';
import { elementCount } from '#tensor/shape.ts';
import { reportOf } from '#testing/errors.ts';
import { internVit300M } from '#testing/intern-vit-300m.ts';
import {
  describeTarget,
  type FitQuestion,
  fitPrecisions,
  type PrecisionTarget,
  requireFit,
  settlePrecision,
  wasmHeapByteLength,
} from './precision-fit.ts';

const gibibyte = 2 ** 30;
/** InternViT-6B-448px-V2_5, as its `config.json` describes it. */
const internVit6B: VisionConfig = {
  ...internVit300M,
  hiddenSize: 3200,
  layers: 45,
  heads: 25,
  intermediateSize: 12800,
  qkvBias: false,
  qkNormalization: true,
  normType: 'rms_norm',
};
const largest = 4 * 4096 * 1024;
const device: PrecisionTarget = {
  backend: 'webgpu',
  hasShaderF16: true,
  limits: { maxBufferSize: gibibyte, maxStorageBufferBindingSize: gibibyte },
  memoryByteLength: 4 * gibibyte,
};
const connectorByteLength = 100;

/** The weights of an encoder in BF16, and 100 bytes of a connector. */
function questionOf(vision: VisionConfig): FitQuestion {
  const encoder = [...planEncoder({ layout: 'internvit', prefix: '', naming: 'fused' }, vision)];
  const weights = encoder.map(({ name, shape }) => [name, { byteLength: 2 * elementCount(shape) }] as const);
  return { vision, weights: new Map([...weights, ['connector.fc1.weight', { byteLength: connectorByteLength }]]) };
}
const problemsOf = (target: PrecisionTarget, config = internVit300M) =>
  fitPrecisions(questionOf(config), target).map(({ precision, problem }) => [precision, problem?.kind ?? null]);

test('the bytes are those of 304 million weights in each precision, and of the connector', () => {
  const fits = fitPrecisions(questionOf(internVit300M), device);
  const [float32, float16, int8, int4] = fits.map(({ byteLength }) => byteLength - connectorByteLength);
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
  const limits = { maxBufferSize: gibibyte, maxStorageBufferBindingSize: largest - 1 };
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
  const [float32] = fitPrecisions(questionOf({ ...internVit300M, layers: 96 }), wasm);
  const needed = (float32?.byteLength ?? 0) - connectorByteLength;
  expect(float32?.problem).toEqual({ kind: 'heap', needed, limit: wasmHeapByteLength });
});

describe('the 6 B encoder', () => {
  test('fits on WebGPU in 4 bits alone, however large a buffer may be', () => {
    expect(problemsOf(device, internVit6B)).toEqual([
      ['float32', 'memory'],
      ['float16', 'memory'],
      ['int8', 'memory'],
      ['int4', null],
    ]);
    const [float32] = fitPrecisions(questionOf(internVit6B), device);
    expect(float32?.problem).toMatchObject({ needed: float32?.byteLength, limit: 4 * gibibyte });
    expect(problemsOf({ ...device, memoryByteLength: 64 * gibibyte }, internVit6B)[0]).toEqual(['float32', null]);
  });

  test('is refused for the bytes that wait, where they are more than those of the session', () => {
    const f32 = questionOf(internVit300M);
    const stored = new Map([...f32.weights].map(([name, { byteLength }]) => [name, { byteLength: 2 * byteLength }]));
    const half = { ...device, memoryByteLength: 2 * 304_012_288 + 2 * connectorByteLength };
    const [, float16] = fitPrecisions({ ...f32, weights: stored }, half);
    expect(float16?.problem).toBeNull();
    const tight = { ...half, memoryByteLength: half.memoryByteLength - 1 };
    expect(fitPrecisions({ ...f32, weights: stored }, tight)[1]?.problem?.kind).toBe('memory');
  });
});

describe('requireFit', () => {
  const refusalOf = (precision: Parameters<typeof requireFit>[1], target: PrecisionTarget, vision = internVit6B) =>
    reportOf(() => requireFit(questionOf(vision), precision, target));

  test('says what is needed, and what there is', async () => {
    expect(await refusalOf('float32', device)).toMatchObject({
      code: 'checkpoint-too-large',
      stage: 'checkpoint',
      details: { precision: 'float32', needed: 22.1, limit: 4.29 },
    });
    expect(await refusalOf('int8', { ...device, backend: 'wasm' })).toMatchObject({
      code: 'checkpoint-too-large',
      details: { precision: 'int8', limit: 3.76 },
    });
    const limits = { ...device.limits, maxBufferSize: 1000 };
    expect(await refusalOf('int4', { ...device, limits })).toMatchObject({
      code: 'gpu-limit-exceeded',
      stage: 'checkpoint',
      details: { limit: 1000, unit: 'bytes' },
    });
  });

  test('lets pass what fits', () => {
    requireFit(questionOf(internVit300M), 'float32', device);
    requireFit(questionOf(internVit300M), 'float32', { ...device, backend: 'wasm' });
    requireFit(questionOf(internVit6B), 'int4', device);
  });
});

describe('describeTarget', () => {
  afterEach(() => vi.unstubAllGlobals());
  const gpu = { device: { features: new Set(['shader-f16']), limits: device.limits } as unknown as GPUDevice };

  test.each([
    [{ deviceMemory: 4 }, 2],
    [{ deviceMemory: 32 }, 16],
    [{}, 4],
  ])('takes half of the memory that %j tells for weights', (told, gibibytes) => {
    vi.stubGlobal('navigator', told);
    expect(describeTarget('webgpu', gpu)).toEqual({ ...device, memoryByteLength: gibibytes * gibibyte });
  });
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
