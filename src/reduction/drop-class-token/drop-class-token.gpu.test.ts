import { expect, test } from 'vitest';
import { expectSameBits } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { countingValues } from '#testing/values.ts';
import { dropClassTokenReference } from './drop-class-token.reference.ts';
import { encodeDropClassToken, planDropClassToken } from './drop-class-token.ts';

test.for([
  { shape: [2, 1], workgroupSize: 64 },
  { shape: [34, 12], workgroupSize: 64 },
  { shape: [30, 7], workgroupSize: 32 },
  { shape: [30, 7], workgroupSize: 128 },
  { shape: [1025, 192], workgroupSize: 64 },
])('$shape with $workgroupSize invocations', async ({ shape, workgroupSize }) => {
  const gpu = await testGpu();
  const plan = planDropClassToken(shape, gpu.device.limits, workgroupSize);
  const [rows = 0, channels = 0] = shape;
  const values = countingValues(rows * channels);
  const input = guardedTensor(gpu, shape, values);
  const actual = await computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeDropClassToken(gpu, pass, plan, { input, output }),
  );
  expectSameBits(actual, dropClassTokenReference(values, channels));
});

test('more workgroups than one dimension holds', async () => {
  const gpu = await testGpu();
  const plan = planDropClassToken([51, 7], { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 });
  expect(plan.dispatch.workgroups).toEqual([3, 2, 1]);
  const values = countingValues(51 * 7);
  const input = guardedTensor(gpu, [51, 7], values);
  const actual = await computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeDropClassToken(gpu, pass, plan, { input, output }),
  );
  expectSameBits(actual, dropClassTokenReference(values, 7));
});
