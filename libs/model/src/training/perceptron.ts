import type { Dense } from '../graphs/personal-graph.js';
import { trainable } from './adam.js';
import { addWeightGradients, timesTransposedWeights, timesWeights } from './dense-kernels.js';
import type { Trainable } from './adam.js';
import { gaussian } from './random.js';
import type { Random } from '#ranking';

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Trainable;
  readonly bias: Trainable;
}

/** What one forward pass leaves for the backward pass: the input and output of every layer, [rows, width] each. */
export interface Activations {
  readonly rows: number;
  readonly values: readonly Float64Array[];
}

/** A multi-layer perceptron with ReLU between the layers, on plain arrays. */
export class Perceptron {
  readonly #layers: readonly Layer[];

  /** `widths`: inputs, hidden layers, outputs. Weights start as He et al. (2015) advise for ReLU, the last layer small. */
  constructor(widths: readonly number[], random: Random) {
    this.#layers = widths.slice(1).map((outputs, index) => {
      const inputs = widths[index]!;
      const scale = Math.sqrt(2 / inputs) * (index === widths.length - 2 ? 0.3 : 1);
      const weights = trainable(Float64Array.from({ length: inputs * outputs }, () => gaussian(random) * scale));
      return { inputs, outputs, weights, bias: trainable(new Float64Array(outputs)) };
    });
  }

  /** One net that answers the mean of several of the same widths: side by side in every layer, with zeros between them. */
  static mean(nets: readonly Perceptron[]): Perceptron {
    const [first] = nets;
    if (first === undefined) throw new RangeError('there must be at least one net');
    const last = first.layers.length - 1;
    const widths = [
      first.layers[0]!.inputs,
      ...first.layers.map(({ outputs }, index) => (index === last ? outputs : outputs * nets.length)),
    ];
    const whole = new Perceptron(widths, () => 0.5);
    for (const [index, layer] of whole.layers.entries()) {
      layer.weights.fill(0);
      for (const [place, net] of nets.entries())
        placeLayer(layer, net.layers[index]!, place, index === 0, index === last ? nets.length : null);
    }
    return whole;
  }

  get groups(): readonly Trainable[] {
    return this.#layers.flatMap(({ weights, bias }) => [weights, bias]);
  }

  get layers(): readonly Dense[] {
    return this.#layers.map(({ inputs, outputs, weights, bias }) => ({ inputs, outputs, weights: weights.values, bias: bias.values }));
  }

  /** `z` is [n, inputs] row-major; rows `start` to `start + rows` are taken. The last of the values are the scores. */
  forward(z: Float32Array, start: number, rows: number): Activations {
    const width = this.#layers[0]!.inputs;
    const values: Float64Array[] = [Float64Array.from(z.subarray(start * width, (start + rows) * width))];
    for (const [index, layer] of this.#layers.entries()) values.push(dense(values[index]!, rows, layer, index < this.#layers.length - 1));
    return { rows, values };
  }

  /** Adds to the gradients what `slopes` [rows, outputs], the derivative of the loss by each score, means for every weight. */
  backward({ rows, values }: Activations, slopes: Float64Array): void {
    let after = slopes;
    for (let index = this.#layers.length - 1; index >= 0; index -= 1) {
      const { inputs, outputs, weights, bias } = this.#layers[index]!;
      const input = values[index]!;
      addWeightGradients(input, after, rows, inputs, outputs, weights.gradients, bias.gradients);
      if (index === 0) return; // nobody asks for the slopes by the rows themselves
      const before = new Float64Array(rows * inputs);
      timesTransposedWeights(after, rows, inputs, outputs, weights.values, before);
      // Where a ReLU was shut nothing flows; the input of a later layer is the output of a ReLU.
      for (let at = 0; at < before.length; at += 1) if (input[at]! <= 0) before[at] = 0;
      after = before;
    }
  }
}

/** Copies one net's layer into its place in the whole. `meanOf`: the last layer, whose outputs are shared and divided; else null. */
const placeLayer = (whole: Dense, part: Dense, place: number, isFirst: boolean, meanOf: number | null): void => {
  const row = isFirst ? 0 : place * part.inputs;
  const column = meanOf === null ? place * part.outputs : 0;
  const share = 1 / (meanOf ?? 1);
  for (let i = 0; i < part.inputs; i += 1) {
    for (let o = 0; o < part.outputs; o += 1)
      whole.weights[(row + i) * whole.outputs + column + o]! += part.weights[i * part.outputs + o]! * share;
  }
  for (let o = 0; o < part.outputs; o += 1) whole.bias[column + o]! += part.bias[o]! * share;
};

const dense = (input: Float64Array, rows: number, { inputs, outputs, weights, bias }: Layer, bent: boolean): Float64Array => {
  const output = new Float64Array(rows * outputs);
  timesWeights(input, rows, inputs, outputs, weights.values, bias.values, output);
  if (bent) for (let at = 0; at < output.length; at += 1) if (output[at]! < 0) output[at] = 0;
  return output;
};
