import { expect, test } from 'vitest';
import type { GpuTensor } from '#gpu/kernel.ts';
import { demoModel } from '#testing/reports.ts';
import { type AxesOfStage, KeptAxes } from './kept-axes.ts';

const freed: string[] = [];

function createAxes(name: string, channels: number, layer: number | null = null): AxesOfStage {
  const tensor = (part: string, shape: readonly number[]): GpuTensor => ({
    buffer: { destroy: () => freed.push(`${name} ${part}`) } as unknown as GPUBuffer,
    shape,
  });
  return {
    basis: {
      moments: tensor('moments', [2, channels]),
      axes: tensor('axes', [channels, 8]),
      rotation: new Float64Array(24),
    },
    ranges: [],
    model: demoModel,
    layer,
  };
}

test('axes are found for the same model as it was loaded, layer and width alone', () => {
  const kept = new KeptAxes();
  const axes = createAxes('first', 192, 3);
  kept.replace(new Map([['selected', axes]]));
  const wanted = { model: demoModel, layer: 3, channels: 192 };
  expect(kept.find('selected', wanted)).toBe(axes);
  expect(kept.find('dropped', wanted)).toBeNull();
  expect(kept.find('selected', { ...wanted, layer: null })).toBeNull();
  expect(kept.find('selected', { ...wanted, channels: 191 })).toBeNull();
  for (const change of [
    { name: 'other' },
    { revision: 'another' },
    { precision: { ...demoModel.precision, used: 'int8' } },
    {},
  ] as const) {
    expect(kept.find('selected', { ...wanted, model: { ...demoModel, ...change } })).toBeNull();
  }
  expect(kept.stages).toEqual(['selected']);
});

test('what takes the place of axes frees them', () => {
  freed.length = 0;
  const kept = new KeptAxes();
  kept.replace(new Map([['tokens', createAxes('first', 8)]]));
  expect(freed).toEqual([]);
  kept.replace(new Map([['shuffled', createAxes('second', 8)]]));
  expect(freed.sort()).toEqual(['first axes', 'first moments']);
  expect(kept.stages).toEqual(['shuffled']);
});
