import { expect, test } from 'vitest';
import { probeDevice } from './probe.ts';

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
  gpu.device.destroy();
});
