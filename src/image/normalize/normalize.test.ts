import { expect, test } from 'vitest';
import { imagenetNormalization } from '#tensor/normalization.ts';
import { reportOf } from '#testing/errors.ts';
import { defaultLimits } from '#testing/limits.ts';
import { planNormalize } from './normalize.ts';

test('448x448 pixels become three planes', () => {
  const plan = planNormalize(448, imagenetNormalization, defaultLimits);
  expect(plan.inputShape).toEqual([448, 448]);
  expect(plan.outputShape).toEqual([3, 448, 448]);
  expect(plan.dispatch.workgroups).toEqual([3136, 1, 1]);
});

test.each([0, -1, 1.5, Number.NaN])('a size of %s is refused', async (size) => {
  expect(planNormalize(1, imagenetNormalization, defaultLimits).outputShape).toEqual([3, 1, 1]);
  const report = await reportOf(() => planNormalize(size, imagenetNormalization, defaultLimits));
  expect(report).toMatchObject({ code: 'invalid-argument', stage: 'image' });
});

test('a size whose planes no buffer holds is refused', async () => {
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 4 * 3 * 64 * 64 };
  expect(planNormalize(64, imagenetNormalization, limits).outputShape).toEqual([3, 64, 64]);
  const report = await reportOf(() => planNormalize(65, imagenetNormalization, limits));
  expect(report).toMatchObject({ code: 'gpu-limit-exceeded' });
});
