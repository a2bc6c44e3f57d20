import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { dataTypes } from '../onnx/model-proto.js';
import type { ReaderStateSizes } from '../session/reader-state-layout.js';
import { LAYER_NORM_EPSILON } from '../training/gradients/gradient-graph.js';

export const readerStatePorts = {
  batch: { inputs: { vectors: 'vectors', strengths: 'strengths' }, outputs: { readings: 'readings', state: 'state' } },
  step: {
    inputs: { state: 'state', vector: 'event_vector', strength: 'event_strength' },
    outputs: { state: 'next_state', reading: 'reading' },
  },
} as const;

/** How a layer looks at what came so far: [T, H, width / H] from scores [T, H] and values [T, H, width / H] of the events. */
export type Attend = (layer: number, scores: Value, values: Value) => Value;

/** The parts that the batch graph and the step graph have in common, in doubles; the weights stay float32 in the file. */
export class ReaderLayers {
  /** Length of the vectors that stand for items outside of the encoder. */
  readonly content: number;
  /** Third axis, of [T, H, width / H]. */
  readonly lastAxis: Value;
  private shifts = 0;
  private names = 0;

  constructor(
    private readonly g: GraphBuilder,
    private readonly sizes: ReaderStateSizes,
    private readonly parameters: Readonly<Record<string, Float32Array>>,
  ) {
    const { input } = parameters;
    this.content = input === undefined ? sizes.width : input.length / sizes.width;
    this.lastAxis = g.int64s('last_axis', [2]);
  }

  double(value: Value): Value {
    return this.g.op('Cast', [value], { to: dataTypes.float64 });
  }

  /** What an event brings in, [T, width]. */
  enter(vectors: Value, strengths: Value): Value {
    const given = this.double(vectors);
    const items =
      this.parameters['input'] === undefined
        ? given
        : this.g.op('MatMul', [given, this.weights('input', [this.content, this.sizes.width])]);
    return this.g.op('Add', [items, this.g.op('Mul', [this.double(strengths), this.weights('strength', [this.sizes.width])])]);
  }

  /** [T, width] to [T, width]: the output after each event. */
  through(entered: Value, attend: Attend): Value {
    const { g } = this;
    const { width, heads, layers } = this.sizes;
    const hidden = this.parameters['inner_bias_0']!.length;
    let x = entered;
    for (let layer = 0; layer < layers; layer += 1) {
      const of = (name: string, dims: readonly number[]): Value => this.weights(`${name}_${layer}`, dims);
      const seen = this.norm(x, of('gain', [width]), of('shift', [width]));
      const values = g.op('Reshape', [g.op('MatMul', [x, of('value', [width, width])]), this.shape([0, heads, width / heads])]);
      const attended = attend(layer, g.op('MatMul', [seen, of('score', [width, heads])]), values);
      const mixed = g.op('MatMul', [g.op('Reshape', [attended, this.shape([0, width])]), of('mix', [width, width])]);
      x = g.op('Add', [g.op('Mul', [x, of('kept', [1])]), mixed]);
      const normal = this.norm(x, of('inner_gain', [width]), of('inner_shift', [width]));
      const inner = g.op('Relu', [g.op('Add', [g.op('MatMul', [normal, of('inner_in', [width, hidden])]), of('inner_bias', [hidden])])]);
      x = g.op('Add', [x, g.op('Add', [g.op('MatMul', [inner, of('inner_out', [hidden, width])]), of('inner_end', [width])])]);
    }
    return g.op('Add', [g.op('Mul', [x, this.weights('final_gain', [width])]), this.weights('final_shift', [width])]);
  }

  /** The output in the items' own space, [T, content]. */
  leave(final: Value): Value {
    return this.parameters['output'] === undefined
      ? this.g.op('Identity', [final])
      : this.g.op('MatMul', [final, this.weights('output', [this.sizes.width, this.content])]);
  }

  /** [H]: by how much a score falls with each event. */
  decay(layer: number): Value {
    return this.g.op('Exp', [this.weights(`log_decay_${layer}`, [this.sizes.heads])]);
  }

  /** [T, ...] moved `by` rows down; `neutral` comes in at the top. */
  shifted(value: Value, by: number, count: Value, neutral: number): Value {
    const { g } = this;
    const name = (what: string): string => `${what}_${this.shifts}`;
    this.shifts += 1;
    const head = g.op('Slice', [value, this.whole([0]), this.whole([-by]), this.whole([0])]);
    const rows = g.op('Min', [count, this.whole([by])]);
    const rest = g.op('Slice', [g.op('Shape', [value]), this.whole([1]), this.whole([9])]);
    const top = g.op('Expand', [g.doubles(name('neutral'), [1], [neutral]), g.op('Concat', [rows, rest], { axis: 0 })]);
    return g.op('Concat', [top, head], { axis: 0 });
  }

  onesLike(value: Value): Value {
    return this.g.op('Expand', [this.g.doubles(`one_of_${this.names++}`, [1], [1]), this.g.op('Shape', [value])]);
  }

  flat(value: Value): Value {
    return this.g.op('Reshape', [value, this.whole([-1])]);
  }

  private norm(x: Value, gain: Value, shift: Value): Value {
    const { g } = this;
    const mean = (value: Value): Value => g.op('ReduceMean', [value], { axes: [-1], keepdims: 1 });
    const centred = g.op('Sub', [x, mean(x)]);
    const epsilon = g.doubles(`epsilon_${this.names++}`, [1], [LAYER_NORM_EPSILON]);
    const spread = g.op('Sqrt', [g.op('Add', [mean(g.op('Mul', [centred, centred])), epsilon])]);
    return g.op('Add', [g.op('Mul', [g.op('Div', [centred, spread]), gain]), shift]);
  }

  private weights(name: string, dims: readonly number[]): Value {
    return this.double(this.g.floats(name, dims, this.parameters[name]!));
  }

  private whole(values: readonly number[]): Value {
    return this.g.int64s(`whole_${this.names++}`, values);
  }

  private shape(dims: readonly number[]): Value {
    return this.whole(dims);
  }
}
