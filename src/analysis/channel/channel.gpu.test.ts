import { test } from 'vitest';
import { expectSameBits } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { countingValues } from '#testing/values.ts';
import { channelReference } from './channel.reference.ts';
import { encodeChannel, planChannel } from './channel.ts';

async function checkChannel(shape: readonly number[], channel: number, workgroupSize = 64, limits = defaultLimits) {
  const gpu = await testGpu();
  const [tokens = 0, channels = 0] = shape;
  const values = countingValues(tokens * channels);
  const plan = planChannel({ shape, channel }, limits, workgroupSize);
  const input = guardedTensor(gpu, shape, values);
  const selection = guardedTensor(gpu, [1], plan.selection);
  const actual = await computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeChannel(gpu, pass, plan, { input, selection, output }),
  );
  expectSameBits(actual, channelReference(values, channels, channel));
}

test.for([
  { shape: [1, 1], channel: 0, workgroupSize: 64 },
  { shape: [131, 67], channel: 0, workgroupSize: 64 },
  { shape: [131, 67], channel: 66, workgroupSize: 16 },
  { shape: [2050, 13], channel: 5, workgroupSize: 128 },
])('channel $channel of $shape, $workgroupSize invocations', async ({ shape, channel, workgroupSize }) => {
  await checkChannel(shape, channel, workgroupSize);
});

test('more workgroups than one dimension holds', async () => {
  await checkChannel([150, 3], 2, 16, { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 });
});
