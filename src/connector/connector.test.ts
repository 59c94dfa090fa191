import { expect, test } from 'vitest';
import { weightDtypeConstants } from '#gpu/weight-dtype.ts';
import { activations } from '#tensor/activation.ts';
import { defaultLimits } from '#testing/limits.ts';
import { type ConnectorSpec, planBeforeActivation, planConnector } from './connector.ts';
import { activationConstants } from './linear/linear.ts';

const layer = { weight: { dtype: 'f32' }, bias: { dtype: 'f32' } } as const;
const internVl: ConnectorSpec = {
  tokens: 256,
  inputSize: 4096,
  hiddenSize: 896,
  outputSize: 896,
  layerNormEps: 1e-5,
  activation: 'gelu',
  weights: { norm: layer, first: layer, second: layer },
};

const { none } = activationConstants;

test('InternVL: norm, linear with the activation, linear', () => {
  const plan = planConnector(internVl, defaultLimits);
  expect(plan.norm?.shape).toEqual([256, 4096]);
  expect(plan.first.outputShape).toEqual([256, 896]);
  expect(plan.outputShape).toEqual([256, 896]);
  for (const activation of activations) {
    const { first, second } = planConnector({ ...internVl, activation }, defaultLimits);
    expect(first.dispatch.constants).toMatchObject({ activation: activationConstants[activation] });
    expect(second).toEqual(plan.second);
    expect(second.dispatch.constants).toMatchObject({ activation: none });
  }
});

test('VITA: no norm', () => {
  const weights = { ...internVl.weights, norm: null };
  const sizes = { hiddenSize: 3584, outputSize: 3584, layerNormEps: null };
  const plan = planConnector({ ...internVl, ...sizes, weights }, defaultLimits);
  expect(plan.norm).toBeNull();
  expect(plan.outputShape).toEqual([256, 3584]);
});

test('every weight and bias is read as it is stored', () => {
  const [f32, f16, bf16] = [{ dtype: 'f32' }, { dtype: 'f16' }, { dtype: 'bf16' }] as const;
  const weights = {
    norm: { weight: bf16, bias: f32 },
    first: { weight: f16, bias: bf16 },
    second: { weight: f32, bias: f16 },
  };
  const plan = planConnector({ ...internVl, weights }, defaultLimits);
  const { f32: asF32, f16: asF16, bf16: asBf16 } = weightDtypeConstants;
  expect(plan.norm?.dispatch.constants).toMatchObject({ weight_dtype: asBf16, bias_dtype: asF32 });
  expect(plan.first.dispatch.constants).toMatchObject({ weight_dtype: asF16, bias_dtype: asBf16 });
  expect(plan.second.dispatch.constants).toMatchObject({ weight_dtype: asF32, bias_dtype: asF16 });
});

test('a layer norm without weights is not left out', () => {
  const weights = { ...internVl.weights, norm: null };
  expect(() => planConnector({ ...internVl, weights }, defaultLimits)).toThrow('the layer norm has no weights');
});

test('the largest weight must be bindable', () => {
  const limits = { ...defaultLimits, maxBufferSize: 896 * 4096 * 4 };
  expect(planConnector(internVl, limits).outputShape).toEqual([256, 896]);
  expect(() => planConnector({ ...internVl, hiddenSize: 897 }, limits)).toThrow('The linear weight [897, 4096]');
});

test.each(activations)('before its activation the first layer is the same but for the %s', (activation) => {
  const { first } = planConnector({ ...internVl, activation }, defaultLimits);
  const before = planBeforeActivation({ ...internVl, activation }, defaultLimits);
  expect(before).toEqual({
    ...first,
    dispatch: { ...first.dispatch, constants: { ...first.dispatch.constants, activation: none } },
  });
});
