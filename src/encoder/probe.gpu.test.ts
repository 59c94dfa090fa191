import { expect, test } from 'vitest';
import { requestAdapter, requestGpu } from '#gpu/device.ts';
import { probeBlock, probeDevice } from './probe.ts';

test('on SwiftShader the probe rejects fused attention under subgroups and accepts it without', async () => {
  const { gpu, attention, outcomes } = await probeDevice();
  const [withSubgroups, without] = outcomes;
  expect(outcomes).toHaveLength(2);

  expect(withSubgroups?.features).toEqual(['subgroups', 'timestamp-query']);
  expect(withSubgroups?.passed).toBe(false);
  expect(withSubgroups?.maxAbsError).toBeGreaterThan(0.01);

  expect(without?.features).toEqual(['timestamp-query']);
  expect(without?.passed).toBe(true);
  expect(without?.maxAbsError).toBeLessThan(2e-5);

  expect(attention).toBe('multi-head-attention');
  expect(gpu.device.features.has('subgroups')).toBe(false);

  const checked = await probeBlock({ gpu, attention, outcomes });
  expect(checked.attention).toBe('multi-head-attention');
  expect(checked.outcomes.map(({ scope }) => scope)).toEqual(['attention', 'attention', 'block']);
  expect(checked.outcomes[2]?.maxAbsError).toBeLessThan(2e-5);
  expect(await probeBlock(checked)).toBe(checked);
  gpu.device.destroy();
});

test('a block on a device with subgroups falls to the form that is right there', async () => {
  const gpu = await requestGpu(await requestAdapter(), ['subgroups']);
  const { attention, outcomes } = await probeBlock({ gpu, attention: 'multi-head-attention', outcomes: [] });
  expect(outcomes.map((outcome) => [outcome.attention, outcome.passed])).toEqual([
    ['multi-head-attention', false],
    ['matmul-softmax', true],
  ]);
  expect(attention).toBe('matmul-softmax');
  gpu.device.destroy();
});
