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
import { elementCount, type Shape } from '#tensor/shape.ts';
import { toHalf } from './half.ts';

/** The name of a value in the graph: an input, an initializer, or what a node gives. */
export type ValueName = string;

export type AttributeValue = number | readonly number[] | { readonly float: number };

/** What the values of a tensor are in the graph; `uint8` holds rounded values, packed. */
export type GraphDtype = 'float32' | 'float16' | 'uint8';

const dtypes: Readonly<Record<GraphDtype, { readonly type: TensorProto_DataType; readonly byteLength: number }>> = {
  float32: { type: TensorProto_DataType.FLOAT, byteLength: 4 },
  float16: { type: TensorProto_DataType.FLOAT16, byteLength: 2 },
  uint8: { type: TensorProto_DataType.UINT8, byteLength: 1 },
};

/** An initializer whose values lie outside the protobuf, as a file of its own that has its name. */
export interface ExternalWeight {
  readonly name: ValueName;
  /** As the graph wants it. */
  readonly shape: Shape;
  readonly dtype: GraphDtype;
  readonly byteLength: number;
}

/** A finished graph: the protobuf without weights, and what the session will ask for. */
export interface BuiltGraph {
  readonly model: Uint8Array<ArrayBuffer>;
  readonly weights: readonly ExternalWeight[];
  readonly weightsByteLength: number;
}

const irVersion = 10n;
const onnxOpset = 20n;
const microsoftDomain = 'com.microsoft';

/** Collects the nodes, weights, inputs and outputs of an ONNX graph and writes its ModelProto. */
export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #weights: ExternalWeight[] = [];

  /** Declares an f32 input of `shape`. */
  input(name: ValueName, shape: Shape): ValueName {
    this.#inputs.push(describeValue(name, shape));
    return name;
  }

  /** Declares a weight of `shape` outside of the protobuf. */
  weight(name: ValueName, shape: Shape, dtype: GraphDtype = 'float32'): ValueName {
    const byteLength = elementCount(shape) * dtypes[dtype].byteLength;
    this.#initializers.push(
      create(TensorProtoSchema, {
        name,
        dims: shape.map(BigInt),
        dataType: dtypes[dtype].type,
        dataLocation: TensorProto_DataLocation.EXTERNAL,
        externalData: Object.entries({ location: name, offset: 0, length: byteLength }).map(([key, value]) =>
          create(StringStringEntryProtoSchema, { key, value: String(value) }),
        ),
      }),
    );
    this.#weights.push({ name, shape, dtype, byteLength });
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

  /** A scalar inside the protobuf. */
  scalar(name: ValueName, value: number, dtype: 'float32' | 'float16' = 'float32'): ValueName {
    const data = dtype === 'float32' ? { floatData: [value] } : { int32Data: [toHalf(value)] };
    return this.#constant(name, { dims: [], dataType: dtypes[dtype].type, ...data });
  }

  #constant(name: ValueName, tensor: Parameters<typeof create<typeof TensorProtoSchema>>[1]): ValueName {
    this.#initializers.push(create(TensorProtoSchema, { ...tensor, name }));
    return name;
  }

  /** `value` as another dtype. */
  cast(value: ValueName, output: ValueName, dtype: 'float32' | 'float16'): ValueName {
    return this.node('Cast', [value], output, { to: dtypes[dtype].type });
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

  /** Declares `name` as an f32 output of `shape`. */
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
      weightsByteLength: this.#weights.reduce((sum, { byteLength }) => sum + byteLength, 0),
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
