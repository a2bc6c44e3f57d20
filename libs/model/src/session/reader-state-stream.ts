import { unit } from '#ranking';
import type { EncodedAction, ReaderEncoder } from '#ranking';
import { NO_SCORE, readerStateLayout } from './reader-state-layout.js';
import type { ReaderStateLayout, ReaderStateSizes } from './reader-state-layout.js';

/** Added to a variance before its root; the graphs add the same. */
const EPSILON = 1e-6;

interface Layer {
  readonly kept: number;
  readonly gain: Float64Array;
  readonly shift: Float64Array;
  readonly score: Float64Array;
  readonly decay: Float64Array;
  readonly value: Float64Array;
  readonly mix: Float64Array;
  readonly innerGain: Float64Array;
  readonly innerShift: Float64Array;
  readonly innerIn: Float64Array;
  readonly innerBias: Float64Array;
  readonly innerOut: Float64Array;
  readonly innerEnd: Float64Array;
}

/**
 * The reader-state encoder as a stream: one event changes a state of constant size in constant time, in doubles, with the arithmetic of `readerStateStepGraph`. Per layer and head the state
 * keeps what a softmax over all events so far comes down to: greatest score, sum of weights, weighted sum of values; with every event all older scores fall by the head's decay.
 *
 * Source: "Attention as an RNN", Feng et al. 2024, with a learned decay a head.
 */
export class ReaderStateStream implements ReaderEncoder {
  private readonly layout: ReaderStateLayout;
  private readonly layers: readonly Layer[];
  private readonly input: Float64Array | null;
  private readonly output: Float64Array | null;
  private readonly strength: Float64Array;
  private readonly finalGain: Float64Array;
  private readonly finalShift: Float64Array;
  private readonly hiddenUnits: number;
  /** Length of the vectors of items. */
  readonly content: number;

  /** Reused by every step. */
  private readonly x: Float64Array;
  private readonly seen: Float64Array;
  private readonly values: Float64Array;
  private readonly scores: Float64Array;
  private readonly attended: Float64Array;
  private readonly hidden: Float64Array;

  /** @param parameters float32 weights by name, as `parameterShapes` lists them. @throws RangeError one is missing or of another length. */
  constructor(
    readonly name: string,
    private readonly sizes: ReaderStateSizes,
    parameters: ReadonlyMap<string, Float32Array>,
  ) {
    const { width, heads, layers } = sizes;
    const of = (name: string, length: number): Float64Array => {
      const found = parameters.get(name);
      if (found?.length !== length) throw new RangeError(`${name} has ${found?.length ?? 'no'} weights, not ${length}`);
      return Float64Array.from(found);
    };
    this.layout = readerStateLayout(sizes);
    this.hiddenUnits = parameters.get('inner_bias_0')?.length ?? 0;
    this.content = (parameters.get('input')?.length ?? width * width) / width;
    this.input = parameters.has('input') ? of('input', this.content * width) : null;
    this.output = parameters.has('output') ? of('output', this.content * width) : null;
    this.strength = of('strength', width);
    this.finalGain = of('final_gain', width);
    this.finalShift = of('final_shift', width);
    this.layers = Array.from({ length: layers }, (_, layer) => ({
      kept: of(`kept_${layer}`, 1)[0]!,
      gain: of(`gain_${layer}`, width),
      shift: of(`shift_${layer}`, width),
      score: of(`score_${layer}`, width * heads),
      decay: of(`log_decay_${layer}`, heads).map(Math.exp),
      value: of(`value_${layer}`, width * width),
      mix: of(`mix_${layer}`, width * width),
      innerGain: of(`inner_gain_${layer}`, width),
      innerShift: of(`inner_shift_${layer}`, width),
      innerIn: of(`inner_in_${layer}`, width * this.hiddenUnits),
      innerBias: of(`inner_bias_${layer}`, this.hiddenUnits),
      innerOut: of(`inner_out_${layer}`, this.hiddenUnits * width),
      innerEnd: of(`inner_end_${layer}`, width),
    }));
    this.x = new Float64Array(width);
    this.seen = new Float64Array(width);
    this.values = new Float64Array(width);
    this.scores = new Float64Array(heads);
    this.attended = new Float64Array(width);
    this.hidden = new Float64Array(this.hiddenUnits);
  }

  /** @throws RangeError it was trained on vectors of another length. */
  start(dimensions: number): Float64Array {
    if (dimensions !== this.content) throw new RangeError(`${this.name} reads vectors of ${this.content} numbers, not ${dimensions}`);
    const state = new Float64Array(this.layout.length);
    for (const { greatest } of this.layout.layers) state.fill(NO_SCORE, greatest, greatest + this.sizes.heads);
    return state;
  }

  step(state: Float64Array, { vector, strength }: Pick<EncodedAction, 'vector' | 'strength'>): void {
    const { width } = this.sizes;
    const { x, strength: byStrength } = this;
    for (let d = 0; d < width; d += 1) x[d] = strength * byStrength[d]!;
    if (this.input === null) for (let d = 0; d < width; d += 1) x[d]! += vector[d]!;
    else addProduct(vector, this.input, x);
    for (let layer = 0; layer < this.layers.length; layer += 1) this.throughLayer(state, layer);
    state[0]! += 1;
    const { output } = this.layout;
    for (let d = 0; d < width; d += 1) state[output + d] = x[d]! * this.finalGain[d]! + this.finalShift[d]!;
  }

  read(state: Float64Array): Float32Array | null {
    return state[0] === 0 ? null : unit(this.reading(state));
  }

  /** The output as it is, of no certain length. */
  reading(state: Float64Array): Float64Array {
    const { output } = this.layout;
    const final = state.subarray(output, output + this.sizes.width);
    if (this.output === null) return final.slice();
    const reading = new Float64Array(this.content);
    addProduct(final, this.output, reading);
    return reading;
  }

  private throughLayer(state: Float64Array, index: number): void {
    const layer = this.layers[index]!;
    const { x, seen, values, scores, attended, hidden } = this;
    normalise(x, layer.gain, layer.shift, seen);
    values.fill(0);
    addProduct(x, layer.value, values);
    scores.fill(0);
    addProduct(seen, layer.score, scores);
    this.attend(state, index, layer.decay);
    for (let d = 0; d < x.length; d += 1) x[d]! *= layer.kept;
    addProduct(attended, layer.mix, x);

    normalise(x, layer.innerGain, layer.innerShift, seen);
    hidden.set(layer.innerBias);
    addProduct(seen, layer.innerIn, hidden);
    for (let h = 0; h < hidden.length; h += 1) if (hidden[h]! < 0) hidden[h] = 0;
    addProduct(hidden, layer.innerOut, x);
    for (let d = 0; d < x.length; d += 1) x[d]! += layer.innerEnd[d]!;
  }

  private attend(state: Float64Array, index: number, decay: Float64Array): void {
    const { width, heads } = this.sizes;
    const { greatest, sum, weighted } = this.layout.layers[index]!;
    const perHead = width / heads;
    for (let head = 0; head < heads; head += 1) {
      const before = state[greatest + head]! - decay[head]!;
      const score = this.scores[head]!;
      const top = Math.max(before, score);
      const [old, young] = [Math.exp(before - top), Math.exp(score - top)];
      const total = state[sum + head]! * old + young;
      state[greatest + head] = top;
      state[sum + head] = total;
      for (let d = head * perHead; d < (head + 1) * perHead; d += 1) {
        const mixed = state[weighted + d]! * old + this.values[d]! * young;
        state[weighted + d] = mixed;
        this.attended[d] = mixed / total;
      }
    }
  }
}

/** `sums += row * matrix`, matrix [row.length, sums.length] row-major. Four rows at a time, so that each sum is loaded and stored a quarter as often. */
const addProduct = (row: ArrayLike<number>, matrix: Float64Array, sums: Float64Array): void => {
  const width = sums.length;
  const whole = row.length - (row.length % 4);
  for (let i = 0; i < whole; i += 4) {
    const [a, b, c, e] = [row[i]!, row[i + 1]!, row[i + 2]!, row[i + 3]!];
    const first = i * width;
    for (let d = 0, ma = first, mb = ma + width, mc = mb + width, me = mc + width; d < width; d += 1, ma += 1, mb += 1, mc += 1, me += 1)
      sums[d]! += a * matrix[ma]! + b * matrix[mb]! + c * matrix[mc]! + e * matrix[me]!;
  }
  for (let i = whole; i < row.length; i += 1) for (let d = 0; d < width; d += 1) sums[d]! += row[i]! * matrix[i * width + d]!;
};

/** Layer normalisation of `x` into `into`. */
const normalise = (x: Float64Array, gain: Float64Array, shift: Float64Array, into: Float64Array): void => {
  let mean = 0;
  for (let d = 0; d < x.length; d += 1) mean += x[d]!;
  mean /= x.length;
  let squares = 0;
  for (let d = 0; d < x.length; d += 1) squares += (x[d]! - mean) ** 2;
  const spread = Math.sqrt(squares / x.length + EPSILON);
  for (let d = 0; d < x.length; d += 1) into[d] = ((x[d]! - mean) / spread) * gain[d]! + shift[d]!;
};
