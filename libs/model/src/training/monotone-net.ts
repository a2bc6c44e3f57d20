import type { MonotoneLayer, MonotoneWeights } from '../graphs/trending-graph.js';
import { trainable } from './adam.js';
import type { Trainable } from './adam.js';
import { addWeightGradients, timesTransposedWeights, timesWeights } from './dense-kernels.js';
import { gaussian } from './random.js';
import type { Random } from '#ranking';

/** What a forward pass leaves for the backward pass: the rows, the units of both layers and the scores, [rows, width] each. */
export interface MonotonePass {
  readonly rows: number;
  readonly input: Float64Array;
  readonly units: readonly [first: Float64Array, second: Float64Array];
  readonly scores: Float64Array;
}

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Trainable;
  readonly bias: Trainable;
  /** Bounds of each unit. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Two hidden layers of clipped units beside a linear path: `y = u(u(z W1 + b1) W2 + b2) W3 + z S + b3`, kept monotone: never falling in the columns where `rising` is 1. For that
 * W2, W3 and the rows of W1 and S of those columns are held at 0 or above (projected after each step); everything else is free.
 *
 * A third of the units are bounded from below (convex), a third from above (concave), a third from both sides: with positive weights and one kind of unit alone a net is
 * convex and can not learn that a thing matters less the more there is of it. Source: Runje and Shankaranarayana, "Constrained monotonic neural networks", ICML 2023.
 */
export class MonotoneNet {
  readonly #first: Layer;
  readonly #second: Layer;
  readonly #toHeads: Trainable;
  readonly #linear: Trainable;
  readonly #headBias: Trainable;

  /** `widths`: features, units of both hidden layers, heads. */
  constructor(
    private readonly widths: readonly [features: number, first: number, second: number, heads: number],
    private readonly rising: Uint8Array,
    random: Random,
  ) {
    const [features, first, second, heads] = widths;
    this.#first = layer(features, first, random);
    this.#second = layer(first, second, random);
    this.#toHeads = noise(second * heads, 0.5 / Math.sqrt(second), random);
    this.#linear = trainable(new Float64Array(features * heads));
    this.#headBias = trainable(new Float64Array(heads));
    for (const { values } of [this.#second.weights, this.#toHeads]) values.forEach((value, at) => (values[at] = Math.abs(value)));
    this.project();
  }

  /** One net that answers the mean of several of the same shape: their units side by side, with zeros between them. */
  static mean(nets: readonly MonotoneNet[]): MonotoneNet {
    const [one] = nets;
    if (one === undefined) throw new RangeError('there must be at least one net');
    const [features, first, second, heads] = one.widths;
    const count = nets.length;
    const whole = new MonotoneNet([features, first * count, second * count, heads], one.rising, () => 0.5);
    for (const { values } of whole.groups) values.fill(0);
    for (const [place, net] of nets.entries()) {
      copyLayer(whole.#first, net.#first, 0, place * first);
      copyLayer(whole.#second, net.#second, place * first, place * second);
      net.#toHeads.values.forEach((value, at) => (whole.#toHeads.values[place * second * heads + at] = value / count));
      net.#linear.values.forEach((value, at) => (whole.#linear.values[at]! += value / count));
      net.#headBias.values.forEach((value, at) => (whole.#headBias.values[at]! += value / count));
    }
    return whole;
  }

  get groups(): readonly Trainable[] {
    return [...[this.#first, this.#second].flatMap(({ weights, bias }) => [weights, bias]), this.#toHeads, this.#linear, this.#headBias];
  }

  get weights(): MonotoneWeights {
    const plain = ({ weights, bias, ...rest }: Layer): MonotoneLayer => ({ ...rest, weights: weights.values, bias: bias.values });
    return {
      heads: this.widths[3],
      layers: [plain(this.#first), plain(this.#second)],
      toHeads: this.#toHeads.values,
      linear: this.#linear.values,
      headBias: this.#headBias.values,
    };
  }

  /** A column that never varies can teach nothing: its random first weights go, and on the linear path it gets this weight for every head. */
  fix(feature: number, weight: number): void {
    const { outputs, weights } = this.#first;
    const heads = this.widths[3];
    weights.values.fill(0, feature * outputs, (feature + 1) * outputs);
    this.#linear.values.fill(weight, feature * heads, (feature + 1) * heads);
  }

  /** `rows` rows of `z` [n, features] row-major from row `start` on. */
  forward(z: Float32Array, start: number, rows: number): MonotonePass {
    const [features, , second, heads] = this.widths;
    const input = Float64Array.from(z.subarray(start * features, (start + rows) * features));
    const units = [unitsOf(this.#first, input, rows), new Float64Array(0)] as [Float64Array, Float64Array];
    units[1] = unitsOf(this.#second, units[0], rows);
    const [scores, bent] = [new Float64Array(rows * heads), new Float64Array(rows * heads)];
    timesWeights(input, rows, features, heads, this.#linear.values, this.#headBias.values, scores);
    timesWeights(units[1], rows, second, heads, this.#toHeads.values, new Float64Array(heads), bent);
    for (let at = 0; at < scores.length; at += 1) scores[at]! += bent[at]!;
    return { rows, input, units, scores };
  }

  /** Adds to the gradients what `slopes` [rows, heads], the derivative of the loss by each score, means for every weight. */
  backward({ rows, input, units }: MonotonePass, slopes: Float64Array): void {
    const [features, first, second, heads] = this.widths;
    addWeightGradients(input, slopes, rows, features, heads, this.#linear.gradients, this.#headBias.gradients);
    addWeightGradients(units[1], slopes, rows, second, heads, this.#toHeads.gradients, new Float64Array(heads));
    const bySecond = new Float64Array(rows * second);
    timesTransposedWeights(slopes, rows, second, heads, this.#toHeads.values, bySecond);
    const byFirst = new Float64Array(rows * first);
    backwardLayer(this.#second, units[0], units[1], bySecond, rows);
    timesTransposedWeights(bySecond, rows, first, second, this.#second.weights.values, byFirst);
    backwardLayer(this.#first, input, units[0], byFirst, rows);
  }

  /** Back to the nearest monotone weights. */
  project(): void {
    const heads = this.widths[3];
    positive(this.#second.weights.values);
    positive(this.#toHeads.values);
    const { outputs, weights } = this.#first;
    for (const [f, rises] of this.rising.entries()) {
      if (rises !== 1) continue;
      positive(weights.values.subarray(f * outputs, (f + 1) * outputs));
      positive(this.#linear.values.subarray(f * heads, (f + 1) * heads));
    }
  }
}

const noise = (length: number, scale: number, random: Random): Trainable =>
  trainable(Float64Array.from({ length }, () => gaussian(random) * scale));

/** Saturating units hold this much. */
const BOUND = 1;
/** Stands for no bound; a float32 holds it. */
export const UNBOUNDED = 3e38;

const layer = (inputs: number, outputs: number, random: Random): Layer => ({
  inputs,
  outputs,
  weights: noise(inputs * outputs, 0.5 / Math.sqrt(inputs), random),
  bias: noise(outputs, 0.1, random),
  low: Float64Array.from({ length: outputs }, (_, u) => [0, -UNBOUNDED, -BOUND][u % 3]!),
  high: Float64Array.from({ length: outputs }, (_, u) => [UNBOUNDED, 0, BOUND][u % 3]!),
});

const copyLayer = (whole: Layer, part: Layer, row: number, column: number): void => {
  for (let i = 0; i < part.inputs; i += 1)
    whole.weights.values.set(part.weights.values.subarray(i * part.outputs, (i + 1) * part.outputs), (row + i) * whole.outputs + column);
  whole.bias.values.set(part.bias.values, column);
  whole.low.set(part.low, column);
  whole.high.set(part.high, column);
};

const unitsOf = ({ inputs, outputs, weights, bias, low, high }: Layer, input: Float64Array, rows: number): Float64Array => {
  const units = new Float64Array(rows * outputs);
  timesWeights(input, rows, inputs, outputs, weights.values, bias.values, units);
  for (let row = 0, at = 0; row < rows; row += 1)
    for (let u = 0; u < outputs; u += 1, at += 1) units[at] = Math.min(Math.max(units[at]!, low[u]!), high[u]!);
  return units;
};

/** Leaves in `slopes` the derivative by what went into the units: nothing flows through a unit at its bound. */
const backwardLayer = (
  { inputs, outputs, weights, bias, low, high }: Layer,
  input: Float64Array,
  units: Float64Array,
  slopes: Float64Array,
  rows: number,
): void => {
  for (let row = 0, at = 0; row < rows; row += 1)
    for (let u = 0; u < outputs; u += 1, at += 1) if (units[at]! <= low[u]! || units[at]! >= high[u]!) slopes[at] = 0;
  addWeightGradients(input, slopes, rows, inputs, outputs, weights.gradients, bias.gradients);
};

const positive = (values: Float64Array): void => {
  for (let at = 0; at < values.length; at += 1) if (values[at]! < 0) values[at] = 0;
};
