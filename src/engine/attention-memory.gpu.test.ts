import { expect, test } from 'vitest';
import { createTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { testGpu } from '#testing/gpu-fixture.ts';
import { demoModel } from '#testing/reports.ts';
import { computeAttention, computeRollout, scratchByteLengthOf } from './attention-maps.ts';
import { EncoderOutputs } from './encoder-outputs.ts';

/** Two timestamps around a pass, and what they are read back from. */
const timestampByteLength = 2 * 2 * 8;

/** Counts the bytes of buffers that are alive on a device from now on. */
function meterBuffers({ device }: Gpu): { peak(): number; alive(): number; stop(): void } {
  const create = device.createBuffer.bind(device);
  let [alive, peak] = [0, 0];
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    alive += buffer.size;
    peak = Math.max(peak, alive);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      alive -= buffer.size;
      destroy();
    };
    return buffer;
  };
  return { peak: () => peak, alive: () => alive, stop: () => Reflect.deleteProperty(device, 'createBuffer') };
}

/** A run of `layers` blocks whose queries and keys are made up. */
function createContext(gpu: Gpu, layers: number, heads: number, hiddenSize: number) {
  const names = Array.from({ length: layers + 1 }, (_, layer) => `hidden_state.${layer}`);
  const hidden = { location: 'cpu', values: new Float32Array(1), shape: [1, 1] } as const;
  const outputs = new Map(names.map((name) => [name, hidden]));
  const encoded = { outputs, timing: { elapsedMs: 0, clock: 'wall' }, dispose: () => {} } as const;
  const encoderOutputs = new EncoderOutputs(async () => encoded, names, 2 ** 20);
  encoderOutputs.keep(0, encoded);
  const queryAndKey = async () => {
    const [query, key] = ['query', 'key'].map((label) => createTensor(gpu, label, [1025, hiddenSize]));
    if (!query || !key) throw new Error('no tensor');
    const dispose = () => {
      query.buffer.destroy();
      key.buffer.destroy();
    };
    return { query, key, dispose };
  };
  const run = { model: { ...demoModel, layers, heads, hiddenSize }, encoderOutputs };
  return { run, context: { gpu, inspector: { queryAndKey } } };
}

test.for([
  { layers: 1, heads: 2, hiddenSize: 16, beside: timestampByteLength },
  { layers: 3, heads: 2, hiddenSize: 16, beside: timestampByteLength },
  // So many heads that the columns of four tokens take more than a rollout's matrix; most when they are read back, after the pass.
  { layers: 1, heads: 136, hiddenSize: 136, beside: 0 },
])('the memory that is stated is what is taken: $layers blocks, $heads heads, width $hiddenSize', async (model) => {
  const gpu = await testGpu();
  const { layers: layer, beside, ...sizes } = model;
  const { run, context } = createContext(gpu, layer, sizes.heads, sizes.hiddenSize);
  const meter = meterBuffers(gpu);
  try {
    await computeRollout(context, { run, tile: 0, layer, fusion: 'mean', discardRatio: 0 }, [1]);
    for (const direction of ['from', 'to'] as const) {
      await computeAttention(context, { run, tile: 0, layer }, [1, 2, 33, 34], direction);
    }
    expect(meter.peak()).toBe(scratchByteLengthOf({ ...sizes, grid: publishedGrid }) + beside);
    expect(meter.alive()).toBe(0);
  } finally {
    meter.stop();
  }
});

test('24 blocks of width 1024 take 13 MB', () => {
  // Queries and keys [1025, 1024] each, log sums [16, 1025], the matrix [1025, 1025], two rows.
  expect(scratchByteLengthOf({ heads: 16, hiddenSize: 1024, grid: publishedGrid })).toBe(
    4 * (2 * 1025 * 1024 + 16 * 1025 + 1025 ** 2 + 2 * 1025),
  );
});
