import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { defaultLimits } from '#testing/limits.ts';
import { layerNormReference } from './layer-norm.reference.ts';
import { planLayerNorm } from './layer-norm.ts';

const stored = { weightDtype: 'bf16', biasDtype: 'f32' } as const;

test('one workgroup a token', () => {
  const plan = planLayerNorm({ tokens: 256, channels: 4096, epsilon: 1e-5, ...stored }, defaultLimits);
  expect(plan.shape).toEqual([256, 4096]);
  expect(plan.dispatch.workgroups).toEqual([256, 1, 1]);
});

test('the input must be bindable, to the byte', () => {
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 6 * 4 * 4 };
  expect(planLayerNorm({ tokens: 6, channels: 4, epsilon: 1e-5, ...stored }, limits).shape).toEqual([6, 4]);
  expect(() => planLayerNorm({ tokens: 7, channels: 4, epsilon: 1e-5, ...stored }, limits)).toThrow('112 bytes');
});

test('the reference divides by the population deviation', () => {
  const spec = { tokens: 1, channels: 4, epsilon: 0.75, ...stored };
  // Mean 2.5, variance 1.25, so that variance and epsilon make 2.
  const normed = layerNormReference(
    Float32Array.of(1, 2, 3, 4),
    Float32Array.of(1, 1, 2, 2),
    Float32Array.of(0, 1, 0, 1),
    spec,
  );
  expectClose(
    normed,
    [-1.5, -0.5 + Math.SQRT2, 1, 3 + Math.SQRT2].map((value) => value / Math.SQRT2),
    { absolute: 1e-12 },
  );
});
