import type { MonotoneWeights } from '../graphs/trending-graph.js';
import { trainable } from './adam.js';
import type { Trainable } from './adam.js';
import { gaussian } from './random.js';
import type { Random } from '#ranking';

/**
 * `y = relu(z W1 + b1) W2 + z S + b2`, kept monotone: never falling in the columns where `rising` is 1. For that W2 and the rows of
 * W1 and S of those columns are held at 0 or above (projected after each step); everything else is free.
 * Source: positive weights make a network monotone, Sill, "Monotonic networks", NIPS 1997.
 */
export class MonotoneNet {
  readonly toHidden: Trainable;
  readonly hiddenBias: Trainable;
  readonly toHeads: Trainable;
  readonly linear: Trainable;
  readonly headBias: Trainable;

  constructor(
    private readonly features: number,
    private readonly hidden: number,
    private readonly heads: number,
    private readonly rising: Uint8Array,
    random: Random,
  ) {
    const noise = (length: number, scale: number) => trainable(Float64Array.from({ length }, () => gaussian(random) * scale));
    this.toHidden = noise(features * hidden, 0.5 / Math.sqrt(features));
    this.hiddenBias = noise(hidden, 0.1);
    this.toHeads = noise(hidden * heads, 0.5 / Math.sqrt(hidden));
    this.linear = trainable(new Float64Array(features * heads));
    this.headBias = trainable(new Float64Array(heads));
    this.toHeads.values.forEach((value, at) => (this.toHeads.values[at] = Math.abs(value)));
    this.project();
  }

  /** One net that answers the mean of several of the same shape: their hidden layers side by side. */
  static mean(nets: readonly MonotoneNet[]): MonotoneNet {
    const [first] = nets;
    if (first === undefined) throw new RangeError('there must be at least one net');
    const { features, hidden, heads, rising } = first;
    const whole = new MonotoneNet(features, hidden * nets.length, heads, rising, () => 0.5);
    const meanOf = (values: (net: MonotoneNet) => Float64Array): Float64Array =>
      values(first).map((_, at) => nets.reduce((sum, net) => sum + values(net)[at]! / nets.length, 0));
    whole.linear.values.set(meanOf((net) => net.linear.values));
    whole.headBias.values.set(meanOf((net) => net.headBias.values));
    for (const [place, net] of nets.entries()) {
      whole.hiddenBias.values.set(net.hiddenBias.values, place * hidden);
      whole.toHeads.values.set(
        net.toHeads.values.map((value) => value / nets.length),
        place * hidden * heads,
      );
      for (let f = 0; f < features; f += 1) {
        whole.toHidden.values.set(net.toHidden.values.subarray(f * hidden, (f + 1) * hidden), (f * nets.length + place) * hidden);
      }
    }
    return whole;
  }

  get groups(): readonly Trainable[] {
    return [this.toHidden, this.hiddenBias, this.toHeads, this.linear, this.headBias];
  }

  get weights(): MonotoneWeights {
    const { features, hidden, heads } = this;
    return {
      features,
      hidden,
      heads,
      toHidden: this.toHidden.values,
      hiddenBias: this.hiddenBias.values,
      toHeads: this.toHeads.values,
      linear: this.linear.values,
      headBias: this.headBias.values,
    };
  }

  /** Outputs [heads] for the row of `z` [n, features] that starts at `start`; `units` [hidden] takes the hidden layer. */
  forward(z: Float32Array, start: number, units: Float64Array, outputs: Float64Array): void {
    const { features, hidden, heads } = this;
    units.set(this.hiddenBias.values);
    outputs.set(this.headBias.values);
    for (let f = 0; f < features; f += 1) {
      const value = z[start + f]!;
      if (value === 0) continue;
      for (let u = 0; u < hidden; u += 1) units[u]! += value * this.toHidden.values[f * hidden + u]!;
      for (let h = 0; h < heads; h += 1) outputs[h]! += value * this.linear.values[f * heads + h]!;
    }
    for (let u = 0; u < hidden; u += 1) {
      units[u] = Math.max(0, units[u]!);
      for (let h = 0; h < heads; h += 1) outputs[h]! += units[u]! * this.toHeads.values[u * heads + h]!;
    }
  }

  /** Adds to the gradients what `slopes` [heads], the derivative of the loss by each output, means for every weight. After `forward`. */
  backward(z: Float32Array, start: number, units: Float64Array, slopes: Float64Array): void {
    const { features, hidden, heads } = this;
    const unitSlopes = new Float64Array(hidden);
    for (let u = 0; u < hidden; u += 1) {
      for (let h = 0; h < heads; h += 1) {
        this.toHeads.gradients[u * heads + h]! += units[u]! * slopes[h]!;
        if (units[u]! > 0) unitSlopes[u]! += this.toHeads.values[u * heads + h]! * slopes[h]!;
      }
      this.hiddenBias.gradients[u]! += unitSlopes[u]!;
    }
    for (let h = 0; h < heads; h += 1) this.headBias.gradients[h]! += slopes[h]!;
    for (let f = 0; f < features; f += 1) {
      const value = z[start + f]!;
      if (value === 0) continue;
      for (let u = 0; u < hidden; u += 1) this.toHidden.gradients[f * hidden + u]! += value * unitSlopes[u]!;
      for (let h = 0; h < heads; h += 1) this.linear.gradients[f * heads + h]! += value * slopes[h]!;
    }
  }

  /** Back to the nearest monotone weights. */
  project(): void {
    const { features, hidden, heads } = this;
    for (let at = 0; at < hidden * heads; at += 1) this.toHeads.values[at] = Math.max(0, this.toHeads.values[at]!);
    for (let f = 0; f < features; f += 1) {
      if (this.rising[f] !== 1) continue;
      for (let u = 0; u < hidden; u += 1) this.toHidden.values[f * hidden + u] = Math.max(0, this.toHidden.values[f * hidden + u]!);
      for (let h = 0; h < heads; h += 1) this.linear.values[f * heads + h] = Math.max(0, this.linear.values[f * heads + h]!);
    }
  }
}
