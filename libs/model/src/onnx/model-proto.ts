import { bytesField, concat, floatField, intField, messageField, textField } from './wire.js';

/** `TensorProto.DataType` of the types that our graphs use. */
export const dataTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float64: 11 } as const;
export type DataType = keyof typeof dataTypes;

/** A fixed size, or a name for a size that may differ from run to run. */
export type Dimension = number | string;

export interface ValueInfo {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly Dimension[];
}

export interface Initializer {
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array | Int8Array | Uint8Array | Int32Array | BigInt64Array;
}

/** A whole number is written as an INT attribute and a list as INTS; `{ float: x }` forces a FLOAT. */
export type Attribute = number | readonly number[] | { readonly float: number };

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Graph {
  readonly name: string;
  readonly doc: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly GraphNode[];
}

/** Opset 17 with IR 8 (ONNX 1.12): has every operator we use and is read by every ONNX Runtime since 1.12. */
const OPSET = 17;
const IR_VERSION = 8;

const attributeTypes = { float: 1, int: 2, ints: 7 } as const;

const attributeProto = (name: string, value: Attribute): Uint8Array[] => {
  if (typeof value === 'number') return [textField(1, name), intField(3, value), intField(20, attributeTypes.int)];
  if ('float' in value) return [textField(1, name), floatField(2, value.float), intField(20, attributeTypes.float)];
  return [textField(1, name), ...value.map((item) => intField(8, item)), intField(20, attributeTypes.ints)];
};

const nodeProto = (node: GraphNode, index: number): Uint8Array[] => [
  ...node.inputs.map((input) => textField(1, input)),
  ...node.outputs.map((output) => textField(2, output)),
  textField(3, `${node.op}_${index}`),
  textField(4, node.op),
  ...Object.entries(node.attributes).map(([name, value]) => messageField(5, attributeProto(name, value))),
];

const rawBytes = ({ data }: Initializer): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const tensorProto = (tensor: Initializer): Uint8Array[] => [
  ...tensor.dims.map((dim) => intField(1, dim)),
  intField(2, dataTypes[tensor.type]),
  textField(8, tensor.name),
  bytesField(9, rawBytes(tensor)),
];

const dimensionProto = (dimension: Dimension): Uint8Array[] => [
  typeof dimension === 'number' ? intField(1, dimension) : textField(2, dimension),
];

const valueInfoProto = ({ name, type, shape }: ValueInfo): Uint8Array[] => [
  textField(1, name),
  messageField(2, [
    messageField(1, [
      intField(1, dataTypes[type]),
      messageField(
        2,
        shape.map((dimension) => messageField(1, dimensionProto(dimension))),
      ),
    ]),
  ]),
];

const graphProto = (graph: Graph): Uint8Array[] => [
  ...graph.nodes.map((node, index) => messageField(1, nodeProto(node, index))),
  textField(2, graph.name),
  ...graph.initializers.map((tensor) => messageField(5, tensorProto(tensor))),
  textField(10, graph.doc),
  ...graph.inputs.map((input) => messageField(11, valueInfoProto(input))),
  ...graph.outputs.map((output) => messageField(12, valueInfoProto(output))),
];

/** The bytes of an `.onnx` file. Field numbers are those of `onnx.proto`. The same graph always gives the same bytes. */
export const encodeModel = (graph: Graph): Uint8Array =>
  concat([
    intField(1, IR_VERSION),
    textField(2, 'broadsheet'),
    messageField(7, graphProto(graph)),
    messageField(8, [textField(1, ''), intField(2, OPSET)]),
  ]);
