import { expect, test } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { checkExportedEncoder } from './exported-encoder.ts';
import { GraphBuilder } from './graph-builder.ts';

/** A graph of one node with these names and this input. */
function writeGraph(input: string, shape: readonly number[], output: string): Uint8Array {
  const graph = new GraphBuilder();
  graph.output(graph.node('Identity', [graph.input(input, shape)], output), shape);
  return graph.build('exported').model;
}

test('pixel_values in, last_hidden_state out is an encoder', () => {
  expect(checkExportedEncoder(writeGraph('pixel_values', [1, 3, 448, 448], 'last_hidden_state'), 'a.onnx')).toBe(0);
});

test.each([
  ['another input', writeGraph('images', [1, 3, 448, 448], 'last_hidden_state'), 'images [1, 3, 448, 448]'],
  ['another output', writeGraph('pixel_values', [1, 3, 448, 448], 'logits'), 'logits [1, 3, 448, 448]'],
  ['another size', writeGraph('pixel_values', [1, 3, 224, 224], 'last_hidden_state'), 'pixel_values [1, 3, 224, 224]'],
])('%s is refused, and the message says what was found', async (_, model, found) => {
  const report = await reportOf(() => checkExportedEncoder(model, 'a.onnx'));
  expect(report.code).toBe('onnx-interface');
  expect(report.message).toContain('a.onnx');
  expect(report.message).toContain(found);
});

test('weights in another file are refused by that file’s name', async () => {
  const graph = new GraphBuilder();
  const input = graph.input('pixel_values', [1, 3, 448, 448]);
  graph.output(graph.node('Add', [input, graph.weight('bias', [1])], 'last_hidden_state'), [1, 3, 448, 448]);
  const report = await reportOf(() => checkExportedEncoder(graph.build('exported').model, 'a.onnx'));
  expect(report).toMatchObject({ code: 'onnx-external-data', details: { location: 'bias' } });
});

test.each([
  ['no protobuf', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
  ['an empty file', new Uint8Array()],
])('%s is no ONNX model', async (_, bytes) => {
  expect(await reportOf(() => checkExportedEncoder(bytes, 'a.onnx'))).toMatchObject({ code: 'onnx-invalid' });
});
