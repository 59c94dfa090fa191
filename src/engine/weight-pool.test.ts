import { expect, test } from 'vitest';
import { toFloat32 } from '#checkpoint/dtype.ts';
import type { StoredWeight } from '#checkpoint/read-weights.ts';
import { toHalf } from '#onnx/half.ts';
import type { EncoderPrecision } from '#onnx/precision.ts';
import { type VisionGraphConfig, writeVisionGraph } from '#onnx/vision-graph.ts';
import { elementCount } from '#tensor/shape.ts';
import { internVit300M } from '#testing/intern-vit-300m.ts';
import { storeWeights } from '#testing/stored-weights.ts';
import { WeightPool } from './weight-pool.ts';

const config: VisionGraphConfig = {
  ...internVit300M,
  hiddenSize: 64,
  layers: 1,
  heads: 2,
  intermediateSize: 96,
};

const graphOf = (precision: EncoderPrecision) => writeVisionGraph(config, { attention: 'matmul-softmax', precision });

/** Every weight of the encoder in torch layout, BF16 or F32; each with values of its own. */
function storedWeights(dtype: 'BF16' | 'F32'): readonly StoredWeight[] {
  return graphOf('float32').weights.map(({ name, shape }, index) => {
    const values = Float32Array.from({ length: elementCount(shape) }, (_, at) => Math.sin(at * 0.37 + index));
    const bytes = Uint8Array.from(storeWeights(values, dtype === 'BF16' ? 'bf16' : 'f32'));
    return { name, bytes, dtype, shape: shape.length === 2 ? [...shape].reverse() : shape };
  });
}

function fill(pool: WeightPool, weights: readonly StoredWeight[]): void {
  for (const weight of weights) expect(pool.take(weight)).toBe(true);
}

test('weights come out in the graph’s form, transposed where it wants them so', () => {
  const graph = graphOf('float32');
  const pool = new WeightPool(graph);
  const weights = storedWeights('BF16');
  expect([...pool.names].sort()).toEqual(weights.map(({ name }) => name).sort());
  fill(pool, weights);
  expect(pool.isFull).toBe(true);
  // onnxruntime reads in an order of its own.
  for (const source of [...pool.sources()].reverse()) {
    const { bytes, dtype } = weights.find(({ name }) => name === source.name) ?? {};
    if (!bytes || !dtype) throw new Error(source.name);
    const values = toFloat32(bytes, dtype);
    const read = new Float32Array(source.read().slice().buffer);
    expect(read.length).toBe(values.length);
    if (source.name === 'blocks.0.mlp.fc1.weight') {
      for (const [row, column] of [
        [0, 1],
        [95, 63],
        [40, 7],
      ] as const) {
        expect(read[column * 96 + row]).toBe(values[row * 64 + column]);
      }
    }
    if (source.name === 'blocks.0.scale1') expect(read).toEqual(values);
  }
});

test.each([
  ['float32', 'BF16', 2],
  ['float32', 'F32', 4],
  ['float16', 'BF16', 2],
  ['float16', 'F32', 2],
] as const)(
  'for %s weights stored as %s wait in %i bytes a value, and are gone when they were read',
  (precision, dtype, size) => {
    const graph = graphOf(precision);
    const pool = new WeightPool(graph);
    fill(pool, storedWeights(dtype));
    const elements = graph.weights.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    expect(pool.byteLength).toBe(size * elements);
    for (const source of pool.sources()) expect(source.read().byteLength).toBe(source.byteLength);
    expect(pool.byteLength).toBe(0);
    expect(pool.isFull).toBe(false);
  },
);

test.each(['int8', 'int4'] as const)(
  'rounded to %s they wait rounded: as many bytes as the session will take',
  (precision) => {
    const graph = graphOf(precision);
    const pool = new WeightPool(graph);
    fill(pool, storedWeights('F32'));
    expect(pool.byteLength).toBe(graph.weightsByteLength);
  },
);

test('half precision is rounded to the nearest', () => {
  const pool = new WeightPool(graphOf('float16'));
  const weights = storedWeights('F32');
  fill(pool, weights);
  const scale = weights.find(({ name }) => name === 'blocks.0.scale2');
  const source = pool.sources().find(({ name }) => name === 'blocks.0.scale2');
  const halves = new Uint16Array(source?.read().slice().buffer ?? new ArrayBuffer(0));
  expect([...halves]).toEqual(Array.from(toFloat32(scale?.bytes ?? new Uint8Array(), 'F32'), toHalf));
});

test('a weight of no use is refused, one that is asked for twice is not made up', () => {
  const pool = new WeightPool(graphOf('float32'));
  expect(pool.take({ name: 'connector.fc1.weight', bytes: new Uint8Array(4), dtype: 'F32', shape: [1] })).toBe(false);
  fill(pool, storedWeights('F32'));
  const [source] = pool.sources();
  source?.read();
  expect(() => source?.read()).toThrow('was read before');
});

test('the bytes that were read are told before each weight', () => {
  const told: (readonly [number, number])[] = [];
  const graph = graphOf('float32');
  const pool = new WeightPool(graph, (...step) => told.push(step));
  fill(pool, storedWeights('BF16'));
  for (const source of pool.sources()) source.read();
  expect(told.length).toBe(graph.weights.length);
  expect(told[0]).toEqual([0, graph.weightsByteLength]);
  expect(told.at(-1)?.[0]).toBe(graph.weightsByteLength - (graph.weights.at(-1)?.byteLength ?? 0));
});
