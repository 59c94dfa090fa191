import { expect, test } from 'vitest';
import { createTensor, uploadTensor } from '#gpu/buffers.ts';
import { encodeDropClassToken, planDropClassToken } from '#reduction/drop-class-token/drop-class-token.ts';
import { expectSameBits } from '#testing/compare.ts';
import { loadGolden } from '#testing/golden.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { countingValues } from '#testing/values.ts';
import { pixelShuffleReference } from './pixel-shuffle.reference.ts';
import { encodePixelShuffle, planPixelShuffle } from './pixel-shuffle.ts';

test.for([
  { rows: 2, columns: 2, channels: 1, factor: 2, workgroupSize: 64 },
  { rows: 6, columns: 10, channels: 7, factor: 2, workgroupSize: 64 },
  { rows: 10, columns: 6, channels: 7, factor: 2, workgroupSize: 32 },
  { rows: 6, columns: 14, channels: 20, factor: 2, workgroupSize: 64 },
  { rows: 14, columns: 6, channels: 20, factor: 2, workgroupSize: 128 },
  { rows: 3, columns: 5, channels: 7, factor: 1, workgroupSize: 32 },
  { rows: 1, columns: 1, channels: 3, factor: 1, workgroupSize: 64 },
  { rows: 9, columns: 6, channels: 5, factor: 3, workgroupSize: 64 },
  { rows: 4, columns: 4, channels: 1, factor: 4, workgroupSize: 64 },
  { rows: 8, columns: 12, channels: 11, factor: 4, workgroupSize: 128 },
])(
  '$rows x $columns patches of $channels by $factor, $workgroupSize invocations',
  async ({ workgroupSize, ...grid }) => {
    const gpu = await testGpu();
    const values = countingValues(grid.rows * grid.columns * grid.channels);
    for (const psVersion of ['v1', 'v2'] as const) {
      for (const scale of [1, 0.5]) {
        const spec = { ...grid, scale, psVersion };
        const plan = planPixelShuffle(spec, gpu.device.limits, workgroupSize);
        const input = guardedTensor(gpu, plan.inputShape, values);
        const actual = await computeOnGpu(gpu, plan.outputShape, (pass, output) =>
          encodePixelShuffle(gpu, pass, plan, { input, output }),
        );
        expectSameBits(actual, pixelShuffleReference(values, spec));
      }
    }
  },
);

test.for([
  { name: 'demo-coffee', scale: 0.5 },
  { name: 'vita-bf16-sharded', scale: 0.5 },
  { name: 'internvl-chat-v2-bf16', scale: 1 },
  { name: 'internvl-hf-bf16', scale: 1 },
] as const)('drop and shuffle give what the published code gave: $name', async ({ name, scale }) => {
  const gpu = await testGpu();
  const selected = await loadGolden(name, 'selected_hidden_state');
  const shuffled = await loadGolden(name, 'shuffled');
  const [, channels = 0] = selected.shape;
  const drop = planDropClassToken(selected.shape, gpu.device.limits);
  const plan = planPixelShuffle(
    { rows: 32, columns: 32, channels, factor: 2, scale, psVersion: 'v2' },
    gpu.device.limits,
  );
  expect(plan.outputShape).toEqual(shuffled.shape);
  const input = uploadTensor(gpu, 'selected', selected.shape, selected.values);
  const dropped = createTensor(gpu, 'dropped', drop.outputShape);
  const actual = await computeOnGpu(gpu, plan.outputShape, (pass, output) => {
    encodeDropClassToken(gpu, pass, drop, { input, output: dropped });
    encodePixelShuffle(gpu, pass, plan, { input: dropped, output });
  });
  expectSameBits(actual, shuffled.values);
});
