import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';

/** Width of the exported encoder. */
export const exportedWidth = 8;
const patchLength = 3 * 14 * 14;

/** Weight from value `from` of a patch [3, 14, 14] to channel `to`. */
const weightOf = (from: number, to: number) => (((from * 7 + to * 13) % 11) - 5) / 100;
/** Value of the class token's channel. */
const classValueOf = (channel: number) => channel - 3.5;

const integers = (name: string, values: readonly number[]) =>
  create(TensorProtoSchema, {
    name,
    dims: [BigInt(values.length)],
    dataType: TensorProto_DataType.INT64,
    int64Data: values.map(BigInt),
  });

const floats = (name: string, shape: readonly number[], valueAt: (index: number) => number) =>
  create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: TensorProto_DataType.FLOAT,
    floatData: Array.from({ length: shape.reduce((count, size) => count * size, 1) }, (_, index) => valueAt(index)),
  });

const value = (name: string, shape: readonly number[]) =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: TensorProto_DataType.FLOAT,
          shape: { dim: shape.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } })) },
        },
      },
    },
  });

/** An encoder as an exporter writes it: each patch times one matrix, a constant class token before them. */
export function writeExportedEncoder(): Uint8Array {
  const attribute = (name: string, values: readonly number[]) =>
    create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: values.map(BigInt) });
  const node = (opType: string, input: string[], output: string, attributes = [] as ReturnType<typeof attribute>[]) =>
    create(NodeProtoSchema, { name: output, opType, input, output: [output], attribute: attributes });
  const axis = create(AttributeProtoSchema, { name: 'axis', type: AttributeProto_AttributeType.INT, i: 1n });
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    opsetImport: [{ domain: '', version: 20n }],
    graph: {
      name: 'exported',
      input: [value('pixel_values', [1, 3, 448, 448])],
      output: [value('last_hidden_state', [1, 1025, exportedWidth])],
      initializer: [
        integers('cut', [1, 3, 32, 14, 32, 14]),
        integers('flat', [1, 1024, patchLength]),
        floats('matrix', [patchLength, exportedWidth], (index) =>
          weightOf(Math.floor(index / exportedWidth), index % exportedWidth),
        ),
        floats('class', [1, 1, exportedWidth], classValueOf),
      ],
      node: [
        node('Reshape', ['pixel_values', 'cut'], 'patches'),
        node('Transpose', ['patches'], 'ordered', [attribute('perm', [0, 2, 4, 1, 3, 5])]),
        node('Reshape', ['ordered', 'flat'], 'rows'),
        node('MatMul', ['rows', 'matrix'], 'embedded'),
        node('Concat', ['class', 'embedded'], 'last_hidden_state', [axis]),
      ],
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** What that encoder gives for the image [448, 448, 3] in 0..255, by loops: [1025, width]. */
export function exportedEncoderReference(rgb: Float32Array): Float32Array {
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ] as const;
  const output = new Float32Array(1025 * exportedWidth);
  for (let channel = 0; channel < exportedWidth; channel++) output[channel] = classValueOf(channel);
  for (let patch = 0; patch < 1024; patch++) {
    const [top, left] = [Math.floor(patch / 32) * 14, (patch % 32) * 14];
    for (let to = 0; to < exportedWidth; to++) {
      let sum = 0;
      for (let from = 0; from < patchLength; from++) {
        const colour = Math.floor(from / 196);
        const y = top + (Math.floor(from / 14) % 14);
        const x = left + (from % 14);
        const level = (rgb[(y * 448 + x) * 3 + colour] ?? Number.NaN) / 255;
        sum += ((level - (mean[colour] ?? Number.NaN)) / (std[colour] ?? Number.NaN)) * weightOf(from, to);
      }
      output[(patch + 1) * exportedWidth + to] = sum;
    }
  }
  return output;
}
