import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { expect, test } from 'vitest';
import { float32ByteLength } from '#tensor/shape.ts';
import { reportOf } from '#testing/errors.ts';
import { packWeight } from './pack-weights.ts';
import { isTransposedInGraph, type VisionGraphConfig, writeVisionGraph } from './vision-graph.ts';

const config: VisionGraphConfig = {
  hiddenSize: 8,
  layers: 2,
  heads: 2,
  intermediateSize: 12,
  imageSize: 448,
  patchSize: 14,
  qkvBias: true,
  qkNormalization: false,
  qkNormEps: 1e-6,
  normType: 'layer_norm',
  layerNormEps: 1e-6,
};

function operatorsOf(graph: Uint8Array): string[] {
  return fromBinary(ModelProtoSchema, graph).graph?.node.map(({ opType }) => opType) ?? [];
}

const count = (values: readonly string[], wanted: string) => values.filter((value) => value === wanted).length;

test('a block has real LayerNormalization, Gelu and attention nodes, and no convolution', () => {
  const operators = operatorsOf(writeVisionGraph(config, 'multi-head-attention').model);
  expect(count(operators, 'LayerNormalization')).toBe(4);
  expect(count(operators, 'Gelu')).toBe(2);
  expect(count(operators, 'MultiHeadAttention')).toBe(2);
  expect(count(operators, 'Conv')).toBe(0);
});

test('the other attention form has one more softmax a block instead', () => {
  const fused = operatorsOf(writeVisionGraph(config, 'multi-head-attention').model);
  const decomposed = operatorsOf(writeVisionGraph(config, 'matmul-softmax').model);
  expect(count(decomposed, 'MultiHeadAttention')).toBe(0);
  expect(count(fused, 'Softmax')).toBe(2);
  expect(count(decomposed, 'Softmax')).toBe(4);
});

test('every hidden state and every class-attention row is an output with its shape', () => {
  const { graph } = fromBinary(ModelProtoSchema, writeVisionGraph(config, 'multi-head-attention').model);
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
    'class_attention.1': [2, 1025],
    'class_attention.2': [2, 1025],
  });
});

test('weights follow one another in the block without gaps', () => {
  const { weights, weightsByteLength } = writeVisionGraph(config, 'multi-head-attention');
  let next = 0;
  for (const { byteOffset, shape } of weights) {
    expect(byteOffset).toBe(next);
    next += float32ByteLength(shape);
  }
  expect(weightsByteLength).toBe(next);
  expect(new Set(weights.map(({ name }) => name)).size).toBe(weights.length);
});

test.each([
  ['no bias of q, k and v', { qkvBias: false }, 'blocks.0.attention.q.bias', false],
  ['bias of q, k and v', { qkvBias: true }, 'blocks.0.attention.q.bias', true],
  ['norms of q and k', { qkNormalization: true }, 'blocks.1.attention.kNorm.weight', true],
  ['no norms of q and k', { qkNormalization: false }, 'blocks.1.attention.kNorm.weight', false],
  ['no bias of an RMS norm', { normType: 'rms_norm' }, 'blocks.0.norm1.bias', false],
  ['a bias of a layer norm', { normType: 'layer_norm' }, 'blocks.0.norm1.bias', true],
] as const)('the config decides: %s', (_, change, weight, isThere) => {
  const { weights } = writeVisionGraph({ ...config, ...change }, 'multi-head-attention');
  expect(weights.some(({ name }) => name === weight)).toBe(isThere);
});

test('linear weights are transposed on the way into the block, others are not', () => {
  expect(isTransposedInGraph('blocks.0.mlp.fc1.weight')).toBe(true);
  expect(isTransposedInGraph('blocks.0.norm1.weight')).toBe(false);
  const rows = 70;
  const columns = 33;
  const block = new Float32Array(3 + rows * columns);
  const values = Float32Array.from({ length: rows * columns }, (_, index) => index + 1);
  packWeight({ name: 'blocks.0.mlp.fc1.weight', shape: [columns, rows], byteOffset: 12 }, values, block);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      expect(block[3 + column * rows + row]).toBe(row * columns + column + 1);
    }
  }
  expect([...block.subarray(0, 3)]).toEqual([0, 0, 0]);
  packWeight({ name: 'blocks.0.scale1', shape: [3], byteOffset: 0 }, Float32Array.of(7, 8, 9), block);
  expect([...block.subarray(0, 3)]).toEqual([7, 8, 9]);
});

test('a weight of another size is refused by name', async () => {
  const slot = { name: 'blocks.0.scale1', shape: [3], byteOffset: 0 };
  const report = await reportOf(() => packWeight(slot, Float32Array.of(1, 2), new Float32Array(3)));
  expect(report).toMatchObject({ code: 'shape-mismatch', details: { what: 'blocks.0.scale1' } });
});
