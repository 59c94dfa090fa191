import { expect, test } from 'vitest';
import { defaultLimits } from '#testing/limits.ts';
import { planConnector } from './connector.ts';

const internVl = { tokens: 256, inputSize: 4096, hiddenSize: 896, outputSize: 896, layerNormEps: 1e-5 };

test('InternVL: norm, linear with GELU, linear', () => {
  const plan = planConnector(internVl, defaultLimits);
  expect(plan.norm?.shape).toEqual([256, 4096]);
  expect(plan.first.outputShape).toEqual([256, 896]);
  expect(plan.first.dispatch.constants).toMatchObject({ gelu: 1 });
  expect(plan.second.dispatch.constants).toMatchObject({ gelu: 0 });
  expect(plan.outputShape).toEqual([256, 896]);
});

test('VITA: no norm', () => {
  const plan = planConnector({ ...internVl, hiddenSize: 3584, outputSize: 3584, layerNormEps: null }, defaultLimits);
  expect(plan.norm).toBeNull();
  expect(plan.outputShape).toEqual([256, 3584]);
});

test('the largest weight must be bindable', () => {
  const limits = { ...defaultLimits, maxBufferSize: 896 * 4096 * 4 };
  expect(planConnector(internVl, limits).outputShape).toEqual([256, 896]);
  expect(() => planConnector({ ...internVl, hiddenSize: 897 }, limits)).toThrow('The linear weight [897, 4096]');
});
