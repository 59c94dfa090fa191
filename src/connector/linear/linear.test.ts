import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { defaultLimits } from '#testing/limits.ts';
import { geluReference, linearReference } from './linear.reference.ts';
import { type LinearSpec, planLinear } from './linear.ts';

const mlp: LinearSpec = { tokens: 256, inputSize: 4096, outputSize: 896, activation: 'gelu' };

test('four tokens times four outputs an invocation', () => {
  const plan = planLinear(mlp, defaultLimits);
  expect(plan.inputShape).toEqual([256, 4096]);
  expect(plan.outputShape).toEqual([256, 896]);
  expect(plan.dispatch.workgroups).toEqual([28, 8, 1]);
});

test('one row or output more is one workgroup more', () => {
  expect(planLinear({ ...mlp, tokens: 257 }, defaultLimits).dispatch.workgroups).toEqual([28, 9, 1]);
  expect(planLinear({ ...mlp, outputSize: 897 }, defaultLimits).dispatch.workgroups).toEqual([29, 8, 1]);
});

test('a width that is no multiple of 4 is read value by value', () => {
  const wide = planLinear({ ...mlp, inputSize: 8 }, defaultLimits);
  const odd = planLinear({ ...mlp, inputSize: 9 }, defaultLimits);
  expect(wide.dispatch.code).toContain('alias Chunk = vec4f;');
  expect(odd.dispatch.code).toContain('alias Chunk = f32;');
});

test('input, weight and output must be bindable, to the byte', () => {
  const limitsOf = (byteLength: number) => ({ ...defaultLimits, maxStorageBufferBindingSize: byteLength });
  for (const [tokens, inputSize, outputSize] of [
    [9, 5, 3],
    [3, 5, 9],
    [9, 3, 5],
  ] as const) {
    const spec = { tokens, inputSize, outputSize, activation: 'none' } as const;
    expect(planLinear(spec, limitsOf(45 * 4)).outputShape).toEqual([tokens, outputSize]);
    expect(() => planLinear(spec, limitsOf(45 * 4 - 1))).toThrow('180 bytes');
  }
});

test('more workgroups than a dimension holds are refused', () => {
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 28 };
  expect(planLinear(mlp, limits).dispatch.workgroups[0]).toBe(28);
  expect(() => planLinear({ ...mlp, outputSize: 897 }, limits)).toThrow('29 workgroups');
});

test('the reference multiplies by rows of the weight', () => {
  const spec: LinearSpec = { tokens: 1, inputSize: 2, outputSize: 3, activation: 'none' };
  const output = linearReference(
    Float32Array.of(1, 10),
    Float32Array.of(1, 2, 3, 4, 5, 6),
    Float32Array.of(0.5, 0, -1),
    spec,
  );
  expect([...output]).toEqual([21.5, 43, 64]);
});

// Digits of x/2 (1 + erf(x/sqrt 2)), computed with 30 digits.
test('the GELU reference is exact', () => {
  expectClose(
    [-3, -1, 0, 0.5, 2].map(geluReference),
    [-0.0040496940948902835, -0.15865525393145705, 0.0, 0.34573123063700656, 1.9544997361036416],
    { absolute: 1e-15 },
  );
});
