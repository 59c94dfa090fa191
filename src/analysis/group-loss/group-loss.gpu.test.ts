import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { loadGolden } from '#testing/golden.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { scatteredValues } from '#testing/values.ts';
import { groupLossReference } from './group-loss.reference.ts';
import { encodeGroupLoss, type GroupLossSpec, planGroupLoss } from './group-loss.ts';

/** Rounding of at most two dozen additions in a row, f32. */
const tolerance = { absolute: 0, relative: 2e-6 };

async function computeLoss(values: Float32Array, spec: GroupLossSpec, workgroupSize = 64, limits = defaultLimits) {
  const gpu = await testGpu();
  const plan = planGroupLoss(spec, limits, workgroupSize);
  const input = guardedTensor(gpu, plan.inputShape, values);
  return computeOnGpu(gpu, plan.outputShape, (pass, output) => encodeGroupLoss(gpu, pass, plan, { input, output }));
}

test.for([
  { tiles: 1, gridSide: 2, factor: 2, channels: 1, grouping: 'square', workgroupSize: 64 },
  { tiles: 1, gridSide: 4, factor: 2, channels: 1, grouping: 'strip', workgroupSize: 64 },
  { tiles: 3, gridSide: 6, factor: 2, channels: 67, grouping: 'square', workgroupSize: 64 },
  { tiles: 2, gridSide: 12, factor: 2, channels: 19, grouping: 'strip', workgroupSize: 16 },
  { tiles: 2, gridSide: 4, factor: 2, channels: 1030, grouping: 'square', workgroupSize: 128 },
  { tiles: 2, gridSide: 6, factor: 2, channels: 5, grouping: 'strip', workgroupSize: 64 },
  { tiles: 2, gridSide: 3, factor: 1, channels: 9, grouping: 'square', workgroupSize: 32 },
  { tiles: 2, gridSide: 9, factor: 3, channels: 21, grouping: 'square', workgroupSize: 64 },
  { tiles: 3, gridSide: 8, factor: 4, channels: 67, grouping: 'square', workgroupSize: 64 },
  { tiles: 2, gridSide: 4, factor: 4, channels: 19, grouping: 'strip', workgroupSize: 16 },
] as const)('$tiles tiles of $gridSide x $gridSide, $channels channels, $factor, $grouping', async (spec) => {
  const { tiles, gridSide, factor, channels, grouping, workgroupSize } = spec;
  const shape = [tiles * gridSide * gridSide, channels];
  const values = scatteredValues(tiles * gridSide * gridSide * channels);
  const loss = await computeLoss(values, { shape, gridSide, factor, grouping }, workgroupSize);
  expectClose(loss, groupLossReference(values, channels, gridSide, grouping, factor), tolerance);
});

test('more workgroups than one dimension holds', async () => {
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 };
  const values = scatteredValues(36 * 5);
  const loss = await computeLoss(values, { shape: [36, 5], gridSide: 6, factor: 2, grouping: 'square' }, 64, limits);
  expectClose(loss, groupLossReference(values, 5, 6, 'square'), tolerance);
});

test('four equal tokens lose nothing, to the last bit', async () => {
  const token = scatteredValues(33);
  const values = Float32Array.from({ length: 16 * 33 }, (_, at) => token[at % 33] ?? Number.NaN);
  const loss = await computeLoss(values, { shape: [16, 33], gridSide: 4, factor: 2, grouping: 'square' });
  expect([...loss].filter((_, at) => at % 2 === 0)).toEqual(new Array(16).fill(0));
  expectClose(loss, groupLossReference(values, 33, 4, 'square'), tolerance);
});

test.for(['square', 'strip'] as const)('patches of a real hidden state, %s', async (grouping) => {
  const { values, shape } = await loadGolden('demo-coffee', 'selected_hidden_state');
  const [rows = 0, channels = 0] = shape;
  const patches = values.subarray(channels);
  const loss = await computeLoss(patches, { shape: [rows - 1, channels], gridSide: 32, factor: 2, grouping });
  expectClose(loss, groupLossReference(patches, channels, 32, grouping), tolerance);
});
