import { fromBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, TensorProto_DataLocation, type ValueInfoProto } from 'onnx-buf';
import { reasonOf, TokenLensError } from '#errors.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { pixelValuesName } from './vision-graph.ts';

/** The output of an exported encoder that goes on through the pipeline. */
export const lastHiddenStateName = 'last_hidden_state';

/**
 * Checks that `bytes` is an encoder exported to ONNX: `pixel_values` [1 or any, 3, 448, 448] in, `last_hidden_state` out,
 * weights inside.
 *
 * @returns the number of parameters
 * @throws TokenLensError `onnx-invalid`, `onnx-interface`, `onnx-external-data`.
 */
export function checkExportedEncoder(bytes: Uint8Array, file: string): number {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new TokenLensError('onnx-invalid', 'graph', { file, reason: reasonOf(cause) }, { cause });
  }
  const { graph } = model;
  if (!graph || graph.node.length === 0) {
    throw new TokenLensError('onnx-invalid', 'graph', { file, reason: 'it holds no graph' });
  }
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !weights.has(name));
  const [pixelValues] = inputs;
  const isEncoder =
    inputs.length === 1 &&
    pixelValues?.name === pixelValuesName &&
    takesTiles(pixelValues) &&
    graph.output.some(({ name }) => name === lastHiddenStateName);
  if (!isEncoder) {
    const list = (values: readonly ValueInfoProto[]) => values.map(describeSizes).join(', ') || 'nothing';
    throw new TokenLensError('onnx-interface', 'graph', { file, inputs: list(inputs), outputs: list(graph.output) });
  }
  for (const { dataLocation, externalData } of graph.initializer) {
    if (dataLocation !== TensorProto_DataLocation.EXTERNAL) continue;
    const location = externalData.find(({ key }) => key === 'location')?.value ?? 'unnamed';
    throw new TokenLensError('onnx-external-data', 'graph', { file, location });
  }
  return graph.initializer.reduce(
    (total, { dims }) => total + dims.reduce((count, size) => count * Number(size), 1),
    0,
  );
}

/** Sizes of a value; null where a size is left open. */
function sizesOf({ type }: ValueInfoProto): (number | null)[] {
  if (type?.value.case !== 'tensorType') return [];
  const dimensions = type.value.value.shape?.dim ?? [];
  return dimensions.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : null));
}

function takesTiles(value: ValueInfoProto): boolean {
  const sizes = sizesOf(value);
  const { tileSizePx } = publishedGrid;
  const needed = [1, 3, tileSizePx, tileSizePx];
  return sizes.length === needed.length && sizes.every((size, axis) => size === null || size === needed[axis]);
}

function describeSizes(value: ValueInfoProto): string {
  return `${value.name} [${sizesOf(value)
    .map((size) => size ?? '?')
    .join(', ')}]`;
}
