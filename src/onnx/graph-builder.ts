import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { float32ByteLength, type Shape } from '#tensor/shape.ts';

/** The name of a value in the graph: an input, an initializer, or what a node gives. */
export type ValueName = string;

export type AttributeValue = number | readonly number[] | { readonly float: number };

/** An f32 initializer whose values lie outside the protobuf, in one block of bytes. */
export interface ExternalWeight {
  readonly name: ValueName;
  /** As the graph wants it. */
  readonly shape: Shape;
  /** Where it begins in the block; `float32ByteLength(shape)` bytes long. */
  readonly byteOffset: number;
}

/** A finished graph: the protobuf without weights, and where in the block of bytes the session expects each weight. */
export interface BuiltGraph {
  readonly model: Uint8Array<ArrayBuffer>;
  readonly weights: readonly ExternalWeight[];
  readonly weightsByteLength: number;
}

/** The name under which the protobuf refers to the block of weights. */
export const weightsLocation = 'weights.bin';

const irVersion = 10n;
const onnxOpset = 20n;
const microsoftDomain = 'com.microsoft';

/** Collects the nodes, weights, inputs and outputs of an ONNX graph, f32 throughout, and writes its ModelProto. */
export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #weights: ExternalWeight[] = [];
  #weightsByteLength = 0;

  /** Declares an f32 input of `shape`. */
  input(name: ValueName, shape: Shape): ValueName {
    this.#inputs.push(describeValue(name, shape));
    return name;
  }

  /** Declares an f32 weight of `shape` in the external block. */
  weight(name: ValueName, shape: Shape): ValueName {
    const byteLength = float32ByteLength(shape);
    const entries = { location: weightsLocation, offset: this.#weightsByteLength, length: byteLength };
    this.#initializers.push(
      create(TensorProtoSchema, {
        name,
        dims: shape.map(BigInt),
        dataType: TensorProto_DataType.FLOAT,
        dataLocation: TensorProto_DataLocation.EXTERNAL,
        externalData: Object.entries(entries).map(([key, value]) =>
          create(StringStringEntryProtoSchema, { key, value: String(value) }),
        ),
      }),
    );
    this.#weights.push({ name, shape, byteOffset: this.#weightsByteLength });
    this.#weightsByteLength += byteLength;
    return name;
  }

  /** A small i64 constant inside the protobuf: shapes, axes, bounds. */
  integers(name: ValueName, values: readonly number[]): ValueName {
    return this.#constant(name, {
      dims: [BigInt(values.length)],
      dataType: TensorProto_DataType.INT64,
      int64Data: values.map(BigInt),
    });
  }

  /** An f32 scalar inside the protobuf. */
  scalar(name: ValueName, value: number): ValueName {
    return this.#constant(name, { dims: [], dataType: TensorProto_DataType.FLOAT, floatData: [value] });
  }

  #constant(name: ValueName, tensor: Parameters<typeof create<typeof TensorProtoSchema>>[1]): ValueName {
    this.#initializers.push(create(TensorProtoSchema, { ...tensor, name }));
    return name;
  }

  /** Adds a node of the standard domain that gives one value called `output`. */
  node(
    operator: string,
    inputs: readonly ValueName[],
    output: ValueName,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): ValueName {
    return this.#addNode('', operator, inputs, output, attributes);
  }

  /** Adds a node of onnxruntime's own domain. */
  microsoftNode(
    operator: string,
    inputs: readonly ValueName[],
    output: ValueName,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): ValueName {
    return this.#addNode(microsoftDomain, operator, inputs, output, attributes);
  }

  #addNode(
    domain: string,
    operator: string,
    inputs: readonly ValueName[],
    output: ValueName,
    attributes: Readonly<Record<string, AttributeValue>>,
  ): ValueName {
    this.#nodes.push(
      create(NodeProtoSchema, {
        // onnxruntime names a failing node: the value it gives says where it stands.
        name: output,
        opType: operator,
        domain,
        input: [...inputs],
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]) => describeAttribute(name, value)),
      }),
    );
    return output;
  }

  /** Declares `name` as an output of `shape`. */
  output(name: ValueName, shape: Shape): void {
    this.#outputs.push(describeValue(name, shape));
  }

  /** Writes the graph. */
  build(name: string): BuiltGraph {
    const model = create(ModelProtoSchema, {
      irVersion,
      producerName: 'token-lens',
      opsetImport: [
        { domain: '', version: onnxOpset },
        { domain: microsoftDomain, version: 1n },
      ],
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
    return {
      model: toBinary(ModelProtoSchema, model),
      weights: this.#weights,
      weightsByteLength: this.#weightsByteLength,
    };
  }
}

function describeAttribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
  }
  if ('float' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float });
  }
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) });
}

function describeValue(name: ValueName, shape: Shape): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
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
}
