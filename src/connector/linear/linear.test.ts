import { expect, test } from 'vitest';
import type { WeightDtype } from '#gpu/weight-dtype.ts';
import { activationReferences } from '#tensor/activation.reference.ts';
import { activations } from '#tensor/activation.ts';
import { defaultLimits } from '#testing/limits.ts';
import { linearReference } from './linear.reference.ts';
import { type LinearSpec, planLinear } from './linear.ts';

const storedAsFloat32 = { weightDtype: 'f32', biasDtype: 'f32' } as const;
const mlp: LinearSpec = { tokens: 256, inputSize: 4096, outputSize: 896, activation: 'gelu', ...storedAsFloat32 };

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
  const codeOf = (inputSize: number, weightDtype: WeightDtype) =>
    planLinear({ ...mlp, inputSize, weightDtype }, defaultLimits).dispatch.code;
  for (const [dtype, weights] of [
    ['f32', 'array<vec4f>'],
    ['f16', 'array<vec2u>'],
    ['bf16', 'array<vec2u>'],
  ] as const) {
    expect(codeOf(8, dtype)).toContain('alias Chunk = vec4f;');
    expect(codeOf(8, dtype)).toContain(`weight: ${weights};`);
    expect(codeOf(9, dtype)).toContain('alias Chunk = f32;');
    expect(codeOf(9, dtype)).toContain('weight: array<u32>;');
  }
});

test('input, weight and output must be bindable, to the byte', () => {
  const limitsOf = (byteLength: number) => ({ ...defaultLimits, maxStorageBufferBindingSize: byteLength });
  for (const [tokens, inputSize, outputSize] of [
    [9, 5, 3],
    [3, 5, 9],
    [9, 3, 5],
  ] as const) {
    const spec = { ...mlp, tokens, inputSize, outputSize };
    expect(planLinear(spec, limitsOf(45 * 4)).outputShape).toEqual([tokens, outputSize]);
    expect(() => planLinear(spec, limitsOf(45 * 4 - 1))).toThrow('180 bytes');
  }
});

test('a 16-bit weight takes half the bytes, in whole words', () => {
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 46 * 2 };
  const spec: LinearSpec = { ...mlp, tokens: 1, inputSize: 5, outputSize: 9, weightDtype: 'bf16' };
  expect(planLinear(spec, limits).outputShape).toEqual([1, 9]);
  expect(planLinear({ ...spec, weightDtype: 'f16' }, limits).outputShape).toEqual([1, 9]);
  expect(() => planLinear({ ...spec, outputSize: 10 }, limits)).toThrow('100 bytes');
  expect(() => planLinear({ ...spec, weightDtype: 'f32' }, limits)).toThrow('180 bytes');
});

test('more workgroups than a dimension holds are refused', () => {
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 28 };
  expect(planLinear(mlp, limits).dispatch.workgroups[0]).toBe(28);
  expect(() => planLinear({ ...mlp, outputSize: 897 }, limits)).toThrow('29 workgroups');
});

test('the shader is told the activation, each by a number of its own', () => {
  const numbers = (['none', ...activations] as const).map(
    (activation) => planLinear({ ...mlp, activation }, defaultLimits).dispatch.constants.activation,
  );
  expect(numbers).toEqual([0, 1, 2, 3, 4, 5]);
});

test('the reference multiplies by rows of the weight, and activates what comes out', () => {
  const compute = (activation: LinearSpec['activation']) =>
    linearReference(Float32Array.of(1, 10), Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(-20.5, 0, -1), {
      ...mlp,
      tokens: 1,
      inputSize: 2,
      outputSize: 3,
      activation,
    });
  expect([...compute('none')]).toEqual([0.5, 43, 64]);
  for (const activation of activations) {
    expect([...compute(activation)]).toEqual([0.5, 43, 64].map(activationReferences[activation]));
  }
});
