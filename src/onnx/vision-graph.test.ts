import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';
import { expect, test } from 'vitest';
import { elementCount, float32ByteLength } from '#tensor/shape.ts';
import { reportOf } from '#testing/errors.ts';
import { internVit300M } from '#testing/intern-vit-300m.ts';
import { dequantizeReference } from './dequantize.reference.ts';
import { toHalf } from './half.ts';
import { packSlots, quantizeMatrix } from './pack-weights.ts';
import {
  isTransposedInGraph,
  sourceOfWeight,
  type VisionGraphConfig,
  writeEmbeddingsGraph,
  writeStepGraph,
  writeVisionGraph,
} from './vision-graph.ts';

const config: VisionGraphConfig = {
  ...internVit300M,
  hiddenSize: 8,
  layers: 2,
  heads: 2,
  intermediateSize: 12,
};

const fused = { attention: 'multi-head-attention', precision: 'float32' } as const;

function operatorsOf(graph: Uint8Array): string[] {
  return fromBinary(ModelProtoSchema, graph).graph?.node.map(({ opType }) => opType) ?? [];
}

const count = (values: readonly string[], wanted: string) => values.filter((value) => value === wanted).length;

test('a block has real LayerNormalization, Gelu and attention nodes, and no convolution', () => {
  const operators = operatorsOf(writeVisionGraph(config, fused).model);
  expect(count(operators, 'LayerNormalization')).toBe(4);
  expect(count(operators, 'Gelu')).toBe(2);
  expect(count(operators, 'MultiHeadAttention')).toBe(2);
  expect(count(operators, 'Conv')).toBe(0);
});

test('the other attention form has one more softmax a block instead', () => {
  const whole = operatorsOf(writeVisionGraph(config, fused).model);
  const decomposed = operatorsOf(writeVisionGraph(config, { ...fused, attention: 'matmul-softmax' }).model);
  expect(count(decomposed, 'MultiHeadAttention')).toBe(0);
  expect(count(whole, 'Softmax')).toBe(2);
  expect(count(decomposed, 'Softmax')).toBe(4);
});

test('every hidden state and every class-attention row is an output with its shape', () => {
  const { graph } = fromBinary(ModelProtoSchema, writeVisionGraph(config, fused).model);
  const outputs = Object.fromEntries(
    (graph?.output ?? []).map(({ name, type }) => {
      const dimensions = type?.value.case === 'tensorType' ? (type.value.value.shape?.dim ?? []) : [];
      return [name, dimensions.map(({ value }) => Number(value.value))];
    }),
  );
  expect(outputs).toEqual({
    'hidden_state.0': [1, 1025, 8],
    'hidden_state.1': [1, 1025, 8],
    'hidden_state.2': [1, 1025, 8],
    'after_attention.1': [1, 1025, 8],
    'after_attention.2': [1, 1025, 8],
    'class_attention.1': [2, 1025],
    'class_attention.2': [2, 1025],
  });
});

test('every weight is a file of its own, named after it, with its length', () => {
  const { weights, weightsByteLength, model } = writeVisionGraph(config, fused);
  expect(weights.every(({ byteLength, shape }) => byteLength === float32ByteLength(shape))).toBe(true);
  expect(weightsByteLength).toBe(weights.reduce((sum, { byteLength }) => sum + byteLength, 0));
  expect(new Set(weights.map(({ name }) => name)).size).toBe(weights.length);
  const stored = fromBinary(ModelProtoSchema, model).graph?.initializer.filter(
    ({ externalData }) => externalData.length,
  );
  const entries = stored?.map(({ name, externalData }) => [
    name,
    Object.fromEntries(externalData.map(({ key, value }) => [key, value])),
  ]);
  expect(entries).toEqual(
    weights.map(({ name, byteLength }) => [name, { location: name, offset: '0', length: String(byteLength) }]),
  );
});

test('in half precision every weight takes two bytes, and inputs and outputs stay f32', () => {
  const whole = writeVisionGraph(config, fused);
  const half = writeVisionGraph(config, { ...fused, precision: 'float16' });
  expect(half.weights.map(({ name }) => name)).toEqual(whole.weights.map(({ name }) => name));
  expect(half.weightsByteLength).toBe(whole.weightsByteLength / 2);
  const { graph } = fromBinary(ModelProtoSchema, half.model);
  const types = [...(graph?.input ?? []), ...(graph?.output ?? [])].map(({ type }) =>
    type?.value.case === 'tensorType' ? type.value.value.elemType : null,
  );
  expect(new Set(types)).toEqual(new Set([TensorProto_DataType.FLOAT]));
});

test.each([
  ['int8', 8],
  ['int4', 4],
] as const)('as %s the six matrices of a block are rounded, and nothing else', (precision, bits) => {
  const { weights, model } = writeVisionGraph(config, { ...fused, precision });
  expect(count(operatorsOf(model), 'MatMulNBits')).toBe(6 * config.layers);
  const rounded = weights.filter(({ dtype }) => dtype === 'uint8');
  expect(rounded.length).toBe(6 * config.layers);
  const fc2 = rounded.find(({ name }) => name === 'blocks.1.mlp.fc2.weight.values');
  expect(fc2?.shape).toEqual([8, 1, 4 * bits]);
  expect(weights.find(({ name }) => name === 'embeddings.patch.weight')?.dtype).toBe('float32');
  expect(sourceOfWeight('blocks.1.mlp.fc2.weight.scales')).toBe('blocks.1.mlp.fc2.weight');
  expect(sourceOfWeight('blocks.1.mlp.fc2.weight')).toBe('blocks.1.mlp.fc2.weight');
});

test('the embeddings, the blocks and a norm behind them written one by one have the weights of the whole', () => {
  const normed = { ...config, finalNorm: true };
  const whole = writeVisionGraph(normed, fused).weights;
  const parts = [
    writeEmbeddingsGraph(normed, fused),
    ...[1, 2, 3].map((layer) => writeStepGraph(normed, fused, layer)),
  ].flatMap(({ weights }) => weights);
  expect(parts).toEqual(whole);
  expect(whole.at(-1)).toMatchObject({ name: 'norm.bias', shape: [8] });
});

test('a norm behind the last block gives one more hidden state, and nothing of attention', () => {
  const { graph } = fromBinary(ModelProtoSchema, writeVisionGraph({ ...config, finalNorm: true }, fused).model);
  const plain = fromBinary(ModelProtoSchema, writeVisionGraph(config, fused).model).graph;
  const names = (outputs: readonly { readonly name: string }[] = []) => outputs.map(({ name }) => name);
  expect(names(graph?.output)).toEqual([...names(plain?.output), 'hidden_state.3']);
});

test.each([
  ['position embeddings', { positionEmbeddings: true }, 'embeddings.position', true],
  ['no position embeddings', { positionEmbeddings: false }, 'embeddings.position', false],
  ['a bias of the norm behind RMS norms', { finalNorm: true, normType: 'rms_norm' }, 'norm.bias', true],
  ['no norm behind the last block', { finalNorm: false }, 'norm.weight', false],
  ['no bias of q, k and v', { qkvBias: false }, 'blocks.0.attention.q.bias', false],
  ['bias of q, k and v', { qkvBias: true }, 'blocks.0.attention.q.bias', true],
  ['norms of q and k', { qkNormalization: true }, 'blocks.1.attention.kNorm.weight', true],
  ['no norms of q and k', { qkNormalization: false }, 'blocks.1.attention.kNorm.weight', false],
  ['no bias of an RMS norm', { normType: 'rms_norm' }, 'blocks.0.norm1.bias', false],
  ['a bias of a layer norm', { normType: 'layer_norm' }, 'blocks.0.norm1.bias', true],
] as const)('the config decides: %s', (_, change, weight, isThere) => {
  const { weights } = writeVisionGraph({ ...config, ...change }, fused);
  expect(weights.some(({ name }) => name === weight)).toBe(isThere);
});

const slot = (name: string, shape: readonly number[], dtype: 'float32' | 'float16' = 'float32') => ({
  name,
  shape,
  dtype,
  byteLength: elementCount(shape) * (dtype === 'float32' ? 4 : 2),
});

test('linear weights are transposed on their way into the graph, others are not', () => {
  expect(isTransposedInGraph('blocks.0.mlp.fc1.weight')).toBe(true);
  expect(isTransposedInGraph('blocks.0.norm1.weight')).toBe(false);
  const rows = 70;
  const columns = 33;
  const values = Float32Array.from({ length: rows * columns }, (_, index) => index % 2048);
  const [packed] = packSlots([slot('blocks.0.mlp.fc1.weight', [columns, rows])], values);
  const [half] = packSlots([slot('blocks.0.mlp.fc1.weight', [columns, rows], 'float16')], values);
  const floats = new Float32Array(packed?.bytes.buffer ?? new ArrayBuffer(0));
  const halves = new Uint16Array(half?.bytes.buffer ?? new ArrayBuffer(0));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = (row * columns + column) % 2048;
      expect(floats[column * rows + row]).toBe(value);
      expect(halves[column * rows + row]).toBe(toHalf(value));
    }
  }
  const [scale] = packSlots([slot('blocks.0.scale1', [3])], Float32Array.of(7, 8, 9));
  expect(new Float32Array(scale?.bytes.buffer ?? new ArrayBuffer(0))).toEqual(Float32Array.of(7, 8, 9));
});

test.each([4, 8] as const)('a matrix rounded to %s bits is nowhere off by more than half a step', (bits) => {
  const outputs = 5;
  const inputs = 75;
  const values = Float32Array.from({ length: outputs * inputs }, (_, index) => Math.sin(index * 12.9898) * 0.3);
  values.set([0.9, -0.9], 32);
  values.fill(0, inputs, inputs + 32);
  const matrix = quantizeMatrix('m', values, outputs, inputs, bits);
  const restored = dequantizeReference(matrix, outputs, inputs, bits);
  const steps = Math.max(...matrix.scales.map(Math.abs));
  expect(steps).toBeCloseTo(0.9 / 2 ** (bits - 1), 6);
  for (const [index, value] of values.entries()) {
    const block = Math.floor(index / inputs) * 3 + Math.floor((index % inputs) / 32);
    const step = Math.abs(matrix.scales[block] ?? Number.NaN);
    // The end that the largest value does not take has one step less.
    const isCut = Math.abs(value + (restored[index] ?? 0)) > 0 && Math.abs(value) > step * (2 ** (bits - 1) - 1);
    expect(Math.abs((restored[index] ?? Number.NaN) - value)).toBeLessThanOrEqual((isCut ? 1 : 0.5) * step * 1.00001);
  }
  expect(restored[32]).toBeCloseTo(0.9, 6);
  expect([...restored.subarray(inputs, inputs + 32)]).toEqual(Array.from({ length: 32 }, () => 0));
});

test('a weight of another size is refused by name', async () => {
  const report = await reportOf(() => packSlots([slot('blocks.0.scale1', [3])], Float32Array.of(1, 2)));
  expect(report).toMatchObject({ code: 'shape-mismatch', details: { what: 'blocks.0.scale1' } });
  expect(packSlots([slot('blocks.0.scale1', [2])], Float32Array.of(1, 2))).toHaveLength(1);
});
