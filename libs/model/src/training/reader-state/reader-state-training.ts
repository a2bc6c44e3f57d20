import { seededRandom } from '#ranking';
import type { Random } from '#ranking';
import { Adam, trainable } from '../adam.js';
import type { Trainable } from '../adam.js';
import { gaussian } from '../random.js';
import type { RunMeter } from '../run-meter.js';
import { batchesOf, stretchesOf } from './histories.js';
import type { ActionHistory } from './histories.js';
import { decayingAttention } from './history-encoder.js';
import type { HistoryEncoder } from './history-encoder.js';
import type { ReaderStateShape } from './reader-state-shape.js';
import { ReaderStateStep } from './reader-state-step.js';
import type { ReaderStateTrainables } from './reader-state-trainables.js';

export const readerStateSettings = {
  width: 64,
  heads: 4,
  layers: 2,
  hidden: 64,
  /** Most passes over the histories. */
  epochs: 60,
  /** Passes without a better figure on the validating histories after which training ends. */
  patience: 8,
  /** Stretches a step. */
  batch: 16,
  /** Places a stretch. */
  longest: 200,
  /** Actions after a place that it is asked for, all alike. */
  horizon: 10,
  dropout: 0.3,
  learningRate: 0.002,
  decay: 0.01,
} as const;
export type ReaderStateSettings = { readonly [K in keyof typeof readerStateSettings]: number };

/** Everything that was learned: item vectors, their bias, and the encoder's parameters by name. */
export interface SequenceWeights {
  /** float32 [items, width]. */
  readonly items: Float32Array;
  /** float32 [items]. */
  readonly bias: Float32Array;
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

export interface ReaderStateWeights extends SequenceWeights {
  readonly shape: ReaderStateShape;
}

export interface SequenceFit {
  /** Passes that made the weights. */
  readonly epochs: number;
  /** Mean loss of the last pass, in nats. */
  readonly loss: number;
}

export type TrainedReaderStates = ReaderStateWeights & SequenceFit;

/** Judges weights after each pass; greater is better. */
export type Judge = (weights: SequenceWeights) => Promise<number>;

/** What a training needs of its settings, whatever the encoder. */
export type SequenceSettings = Pick<
  ReaderStateSettings,
  'epochs' | 'patience' | 'batch' | 'longest' | 'horizon' | 'dropout' | 'learningRate' | 'decay'
>;

/** Trains the encoder of readers' states with its item vectors; see `trainSequence`. */
export const trainReaderStates = async (
  histories: readonly ActionHistory[],
  items: number,
  settings: ReaderStateSettings,
  seed: number,
  meter: RunMeter,
  judge: Judge | null = null,
): Promise<TrainedReaderStates> => {
  const { width, heads, layers, hidden } = settings;
  const shape: ReaderStateShape = { width, heads, layers, hidden };
  return { ...(await trainSequence(decayingAttention(shape), histories, items, settings, seed, meter, judge)), shape };
};

/**
 * Trains item vectors and an encoder together: each place of a history is asked, by a softmax over all items, for the next `horizon` items of the reader. Adam on gradients that ONNX
 * Runtime computes. With a judge, the weights of the best pass are kept, and training ends when `patience` passes brought nothing. The same histories, settings and seed give the same weights.
 */
export const trainSequence = async (
  encoder: HistoryEncoder,
  histories: readonly ActionHistory[],
  items: number,
  settings: SequenceSettings,
  seed: number,
  meter: RunMeter,
  judge: Judge | null = null,
): Promise<SequenceWeights & SequenceFit> => {
  const random = seededRandom(seed);
  const start = startingWeights(encoder, histories, items, random);
  const adam = new Adam([start.items, start.bias, ...Object.values(start.parameters)]);
  const step = await ReaderStateStep.open(encoder, items, settings, random);
  const stretches = stretchesOf(histories, settings.longest);
  let best: { figure: number; epoch: number; weights: SequenceWeights } | null = null;
  let [loss, epoch, taken] = [0, 0, 0];
  const steps = settings.epochs * Math.ceil(stretches.length / settings.batch);
  try {
    while (epoch < settings.epochs && (best === null || epoch - best.epoch < settings.patience)) {
      epoch += 1;
      let [sum, places] = [0, 0];
      for (const batch of batchesOf(stretches, settings.batch, random)) {
        const { loss: cost, asked } = await step.run(batch, start);
        [sum, places, taken] = [sum + cost * asked, places + asked, taken + 1];
        // Warm at once, then a cosine down to nothing: the last passes settle what the first ones found.
        const rate = settings.learningRate * Math.min(1, taken / 100) * 0.5 * (1 + Math.cos((Math.PI * taken) / steps));
        adam.step({ learningRate: rate, decay: settings.decay });
      }
      loss = sum / places;
      const figure = judge === null ? null : await judge(frozen(start));
      meter.say(`${encoder.name}: pass ${epoch} loss ${loss.toFixed(4)}${figure === null ? '' : ` validation ${figure.toFixed(4)}`}`);
      if (figure !== null && (best === null || figure > best.figure)) best = { figure, epoch, weights: frozen(start) };
    }
  } finally {
    await step.close();
  }
  return { ...(best?.weights ?? frozen(start)), epochs: best?.epoch ?? epoch, loss };
};

/** Heads begin with decays from a step to some two hundred: each finds its own memory from there. */
const FIRST_DECAY = 0.5;
const DECAY_RATIO = 1 / 6;

const startingWeights = (
  encoder: HistoryEncoder,
  histories: readonly ActionHistory[],
  items: number,
  random: Random,
): ReaderStateTrainables => {
  const counts = new Float64Array(items);
  for (const history of histories) for (const item of history.items) counts[item]! += 1;
  const noise = (length: number, scale: number): Trainable => trainable(Float64Array.from({ length }, () => gaussian(random) * scale));
  const parameters = Object.entries(encoder.parameters).map(([name, dims]): [string, Trainable] => {
    const length = dims.reduce((a, b) => a * b, 1);
    if (name.includes('gain') || name.startsWith('kept')) return [name, trainable(new Float64Array(length).fill(1))];
    if (name.startsWith('log_decay'))
      return [name, trainable(Float64Array.from({ length }, (_, head) => Math.log(FIRST_DECAY * DECAY_RATIO ** head)))];
    if (name === 'positions') return [name, noise(length, 0.02)];
    // Attention begins as a weighted mean of the items themselves, and the nets between as nothing: what is learned is what improves on that.
    if (/^(value|mix)_/.test(name)) return [name, nearIdentity(dims[0]!, random)];
    if (/^(inner_out|score)_/.test(name)) return [name, noise(length, 0.02)];
    return [name, dims.length === 1 ? trainable(new Float64Array(length)) : noise(length, Math.sqrt(1 / dims[0]!))];
  });
  return {
    items: noise(items * encoder.width, 1 / Math.sqrt(encoder.width)),
    bias: trainable(Float64Array.from(counts, (count) => 0.5 * Math.log(count + 0.5))),
    parameters: Object.fromEntries(parameters),
  };
};

const nearIdentity = (width: number, random: Random): Trainable =>
  trainable(Float64Array.from({ length: width * width }, (_, at) => (at % (width + 1) === 0 ? 1 : 0) + 0.02 * gaussian(random)));

const frozen = ({ items, bias, parameters }: ReaderStateTrainables): SequenceWeights => ({
  items: Float32Array.from(items.values),
  bias: Float32Array.from(bias.values),
  parameters: Object.fromEntries(Object.entries(parameters).map(([name, { values }]) => [name, Float32Array.from(values)])),
});
