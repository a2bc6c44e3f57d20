import { InferenceSession, Tensor } from '../../session/onnx-runtime.js';
import type { Random } from '#ranking';
import { GradientGraph } from '../gradients/gradient-graph.js';
import type { HistoryEncoder } from './history-encoder.js';
import { nextOf } from './histories.js';
import type { Stretch } from './histories.js';
import type { ReaderStateTrainables, StepSettings } from './reader-state-trainables.js';

/** Far below any score. */
const NEVER = -1e9;

/** Loss of a batch of stretches and its derivatives. */
export class ReaderStateStep {
  private masks = new Float32Array(0);
  private readonly distances = new Map<number, { readonly causal: Tensor; readonly distance: Tensor }>();

  private constructor(
    private readonly session: InferenceSession,
    private readonly encoder: HistoryEncoder,
    private readonly items: number,
    private readonly settings: StepSettings,
    private readonly random: Random,
  ) {}

  static async open(encoder: HistoryEncoder, items: number, settings: StepSettings, random: Random): Promise<ReaderStateStep> {
    const graph = trainingGraph(encoder, items);
    return new ReaderStateStep(
      await InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1 }),
      encoder,
      items,
      settings,
      random,
    );
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** Adds the gradients of the batch's mean loss; answers that loss and over how many places it was taken. */
  async run(batch: readonly Stretch[], weights: ReaderStateTrainables): Promise<{ loss: number; asked: number }> {
    const { width, dropouts } = this.encoder;
    const [rows, length] = [batch.length, Math.max(...batch.map(({ from, to }) => to - from))];
    const asked = batch.reduce((sum, { from, to }) => sum + to - from, 0);
    const inputs = this.read(batch, length, asked, weights);
    const dims = [rows, length, width];
    const dropped = Array.from({ length: dropouts }, (_, at): [string, Tensor] => [
      `dropped_${at}`,
      new Tensor('float32', this.dropping(rows * length * width), dims),
    ]);
    const answers = await this.session.run({
      items: new Tensor('float32', inputs.items, dims),
      strengths: new Tensor('float32', inputs.strengths, [rows, length, 1]),
      wanted: new Tensor('float32', inputs.wanted, dims),
      wanted_bias: new Tensor('float32', inputs.wantedBias, [rows, length, 1]),
      weights: new Tensor('float32', inputs.weights, [rows, length, 1]),
      done: new Tensor('float32', this.done(batch, length), [rows, length, this.items]),
      ...this.distancesOf(length),
      ...Object.fromEntries(dropped),
      catalogue: new Tensor('float32', Float32Array.from(weights.items.values), [this.items, width]),
      bias: new Tensor('float32', Float32Array.from(weights.bias.values), [this.items]),
      ...Object.fromEntries(
        Object.entries(this.encoder.parameters).map(([name, shape]) => [
          name,
          new Tensor('float32', Float32Array.from(weights.parameters[name]!.values), shape),
        ]),
      ),
    });
    const of = (name: string): Float32Array => answers[name]!.data as Float32Array;
    for (const [name, { gradients }] of Object.entries(weights.parameters)) addTo(gradients, of(`${name}_slope`));
    addTo(weights.items.gradients, of('catalogue_slope'));
    addTo(weights.bias.gradients, of('bias_slope'));
    this.scatter(batch, length, weights, { items: of('items_slope'), wanted: of('wanted_slope'), share: inputs.weights });
    return { loss: of('loss')[0]!, asked };
  }

  private read(batch: readonly Stretch[], length: number, asked: number, { items, bias }: ReaderStateTrainables) {
    const { width } = this.encoder;
    const places = batch.length * length;
    const read = {
      items: new Float32Array(places * width),
      strengths: new Float32Array(places),
      wanted: new Float32Array(places * width),
      wantedBias: new Float32Array(places),
      weights: new Float32Array(places),
    };
    forEachPlace(batch, length, this.settings.horizon, (place, item, strength, next) => {
      const from = item * width;
      for (let d = 0; d < width; d += 1) read.items[place * width + d] = items.values[from + d]!;
      read.strengths[place] = strength;
      read.weights[place] = 1 / asked;
      for (const wanted of next) {
        for (let d = 0; d < width; d += 1) read.wanted[place * width + d]! += items.values[wanted * width + d]! / next.length;
        read.wantedBias[place]! += bias.values[wanted]! / next.length;
      }
    });
    return read;
  }

  /** [B, T, items]: far below any score where the reader has done with the item by then. What is ranked later leaves those out, so nothing is to be learned about them. */
  private done(batch: readonly Stretch[], length: number): Float32Array {
    const size = batch.length * length * this.items;
    if (this.masks.length < size) this.masks = new Float32Array(size);
    const masks = this.masks.subarray(0, size);
    for (const [row, { history, from, to }] of batch.entries()) {
      const first = row * length * this.items;
      masks.fill(0, first, first + this.items);
      for (let at = 0; at <= from; at += 1) masks[first + history.items[at]!] = NEVER;
      for (let at = from + 1; at < to; at += 1) {
        const place = first + (at - from) * this.items;
        masks.copyWithin(place, place - this.items, place);
        masks[place + history.items[at]!] = NEVER;
      }
    }
    return masks;
  }

  /** Slopes by the vectors that were gathered go back to the items they came from. */
  private scatter(
    batch: readonly Stretch[],
    length: number,
    { items, bias }: ReaderStateTrainables,
    slopes: { readonly items: Float32Array; readonly wanted: Float32Array; readonly share: Float32Array },
  ): void {
    const { width } = this.encoder;
    forEachPlace(batch, length, this.settings.horizon, (place, item, _strength, next) => {
      for (let d = 0; d < width; d += 1) items.gradients[item * width + d]! += slopes.items[place * width + d]!;
      for (const wanted of next) {
        for (let d = 0; d < width; d += 1) items.gradients[wanted * width + d]! += slopes.wanted[place * width + d]! / next.length;
        bias.gradients[wanted]! -= slopes.share[place]! / next.length;
      }
    });
  }

  private dropping(length: number): Float32Array {
    const { dropout } = this.settings;
    const kept = 1 / (1 - dropout);
    const factors = new Float32Array(length);
    for (let at = 0; at < length; at += 1) factors[at] = this.random() < dropout ? 0 : kept;
    return factors;
  }

  private distancesOf(length: number): { causal: Tensor; distance: Tensor } {
    let known = this.distances.get(length);
    if (known === undefined) {
      known = distanceTensors(length);
      this.distances.set(length, known);
    }
    return known;
  }
}

/** `causal` and `distance` of `HistoryTerms` for histories of one length. */
export const distanceTensors = (length: number): { causal: Tensor; distance: Tensor } => {
  const causal = Float32Array.from({ length: length * length }, (_, at) => (at % length > Math.floor(at / length) ? NEVER : 0));
  const distance = Float32Array.from({ length: length * length }, (_, at) => Math.min(0, (at % length) - Math.floor(at / length)));
  return { causal: new Tensor('float32', causal, [length, length]), distance: new Tensor('float32', distance, [length, length]) };
};

const forEachPlace = (
  batch: readonly Stretch[],
  length: number,
  horizon: number,
  visit: (place: number, item: number, strength: number, next: Int32Array) => void,
): void => {
  for (const [row, { history, from, to }] of batch.entries()) {
    for (let at = from; at < to; at += 1)
      visit(row * length + at - from, history.items[at]!, history.strengths[at]!, nextOf(history, at, horizon));
  }
};

const addTo = (sums: Float64Array, more: Float32Array): void => {
  for (let at = 0; at < more.length; at += 1) sums[at]! += more[at]!;
};

const trainingGraph = (encoder: HistoryEncoder, items: number): Uint8Array => {
  const { width, dropouts } = encoder;
  const g = new GradientGraph('broadsheet-reader-state-training');
  const row = ['B', 'T', width] as const;
  const parameters = Object.fromEntries(Object.entries(encoder.parameters).map(([name, dims]) => [name, g.input(name, dims, true)]));
  const catalogue = g.input('catalogue', [items, width], true);
  const bias = g.input('bias', [items], true);
  const states = encoder.states(g, parameters, {
    items: g.input('items', row, true),
    strengths: g.input('strengths', ['B', 'T', 1], false),
    causal: g.input('causal', ['T', 'T'], false),
    distance: g.input('distance', ['T', 'T'], false),
    dropped: Array.from({ length: dropouts }, (_, at) => g.input(`dropped_${at}`, row, false)),
  });
  const scores = g.add(g.matmul(states, g.transpose(catalogue, [1, 0])), bias);
  const all = g.logSumExp(g.add(scores, g.input('done', ['B', 'T', items], false)));
  const wanted = g.add(g.sum(g.multiply(states, g.input('wanted', row, true))), g.input('wanted_bias', ['B', 'T', 1], false));
  return g.minimise(g.multiply(g.subtract(all, wanted), g.input('weights', ['B', 'T', 1], false)));
};
