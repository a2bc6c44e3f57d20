import { encodeModel } from './model-proto.js';
import type { Attribute, DataType, Dimension, GraphNode, Initializer, ValueInfo } from './model-proto.js';

/** Name of a value inside a graph: an input, a constant or what an operator made. */
export type Value = string & { readonly __value: unique symbol };

/**
 * Builds an ONNX graph in the order it runs: each call adds one operator and answers the name of its result.
 *
 * Shapes are checked by ONNX Runtime when the file is loaded, not here.
 */
export class GraphBuilder {
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #initializers: Initializer[] = [];
  readonly #nodes: GraphNode[] = [];

  constructor(
    private readonly name: string,
    private readonly doc: string,
  ) {}

  input(name: string, type: DataType, shape: readonly Dimension[]): Value {
    this.#inputs.push({ name, type, shape });
    return name as Value;
  }

  floats(name: string, dims: readonly number[], data: ArrayLike<number>): Value {
    return this.#initializer({ name, type: 'float32', dims, data: Float32Array.from(data) });
  }

  doubles(name: string, dims: readonly number[], data: ArrayLike<number>): Value {
    return this.#initializer({ name, type: 'float64', dims, data: Float64Array.from(data) });
  }

  int8s(name: string, dims: readonly number[], data: Int8Array): Value {
    return this.#initializer({ name, type: 'int8', dims, data });
  }

  int64s(name: string, values: readonly number[]): Value {
    return this.#initializer({ name, type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) });
  }

  /** A whole number without axes, as Gather and CumSum ask for. */
  int64(value: number): Value {
    return this.#initializer({
      name: `number_${this.#initializers.length}`,
      type: 'int64',
      dims: [],
      data: BigInt64Array.of(BigInt(value)),
    });
  }

  op(op: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    const output = `v${this.#nodes.length}` as Value;
    this.#nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  output(name: string, value: Value, type: DataType, shape: readonly Dimension[]): void {
    this.#nodes.push({ op: 'Identity', inputs: [value], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type, shape });
  }

  /** The `.onnx` file. */
  encode(): Uint8Array {
    return encodeModel({
      name: this.name,
      doc: this.doc,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: this.#initializers,
      nodes: this.#nodes,
    });
  }

  #initializer(tensor: Initializer): Value {
    this.#initializers.push(tensor);
    return tensor.name as Value;
  }
}
