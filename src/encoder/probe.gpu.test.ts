import { expect, test, vi } from 'vitest';
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

test('where the adapter has shader-f16, every device that is tried asks for it', async () => {
  const own = await probeDevice();
  own.gpu.device.destroy();
  const asked: unknown[] = [];
  const requestOwn = navigator.gpu.requestAdapter.bind(navigator.gpu);
  // SwiftShader has no half precision: an adapter that says it has gives a device without.
  const withHalf = async (options?: GPURequestAdapterOptions) => {
    const adapter = await requestOwn(options);
    return (
      adapter && {
        features: new Set([...adapter.features, 'shader-f16']),
        limits: adapter.limits,
        info: adapter.info,
        requestDevice({ requiredFeatures = [], ...descriptor }: GPUDeviceDescriptor) {
          const features = [...requiredFeatures];
          asked.push(features);
          return adapter.requestDevice({
            ...descriptor,
            requiredFeatures: features.filter((feature) => feature !== 'shader-f16'),
          });
        },
      }
    );
  };
  const requestAdapterSpy = vi.spyOn(navigator.gpu, 'requestAdapter');
  requestAdapterSpy.mockImplementation(withHalf as unknown as GPU['requestAdapter']);
  const { gpu, outcomes } = await probeDevice();
  requestAdapterSpy.mockRestore();
  gpu.device.destroy();
  expect(asked).toEqual([
    ['shader-f16', 'subgroups', 'timestamp-query'],
    ['shader-f16', 'timestamp-query'],
  ]);
  expect(outcomes.map(({ features }) => features)).toEqual(asked);
  // The control: the adapter as it is.
  expect(own.outcomes.map(({ features }) => features)).toEqual([['subgroups', 'timestamp-query'], ['timestamp-query']]);
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
