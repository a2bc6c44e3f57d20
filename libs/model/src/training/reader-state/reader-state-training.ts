import { seededRandom } from '#ranking';
import type { Random } from '#ranking';
import { Adam, trainable } from '../adam.js';
import type { Trainable } from '../adam.js';
import { gaussian } from '../random.js';
import type { RunMeter } from '../run-meter.js';
import { batchesOf, stretchesOf } from './histories.js';
import type { ActionHistory } from './histories.js';
import { parameterShapes } from './reader-state-shape.js';
import type { ReaderStateShape } from './reader-state-shape.js';
import { ReaderStateStep } from './reader-state-step.js';

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

/** Everything that was learned: item vectors, their bias, and the layers' parameters by name. */
export interface ReaderStateWeights {
  readonly shape: ReaderStateShape;
  /** float32 [items, width]. */
  readonly items: Float32Array;
  /** float32 [items]. */
  readonly bias: Float32Array;
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

export interface TrainedReaderStates extends ReaderStateWeights {
  /** Passes that were made. */
  readonly epochs: number;
  /** Mean loss of the last pass, in nats. */
  readonly loss: number;
}

/** Judges weights after each pass; greater is better. */
export type Judge = (weights: ReaderStateWeights) => Promise<number>;

/**
 * Trains item vectors and the layers together: each place of a history is asked, by a softmax over all items, for the next `horizon` items of the reader. Adam on gradients that ONNX
 * Runtime computes. With a judge, the weights of the best pass are kept, and training ends when `patience` passes brought nothing. The same histories, settings and seed give the same weights.
 */
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
  const random = seededRandom(seed);
  const start = startingWeights(histories, items, shape, random);
  const adam = new Adam([start.items, start.bias, ...Object.values(start.parameters)]);
  const step = await ReaderStateStep.open(shape, items, settings, random);
  const stretches = stretchesOf(histories, settings.longest);
  let best: { figure: number; epoch: number; weights: ReaderStateWeights } | null = null;
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
      const figure = judge === null ? null : await judge(frozen(shape, start));
      meter.say(`pass ${epoch} loss ${loss.toFixed(4)}${figure === null ? '' : ` validation ${figure.toFixed(4)}`}`);
      if (figure !== null && (best === null || figure > best.figure)) best = { figure, epoch, weights: frozen(shape, start) };
    }
  } finally {
    await step.close();
  }
  return { ...(best?.weights ?? frozen(shape, start)), epochs: best?.epoch ?? epoch, loss };
};

/** Weights while they change. */
export interface ReaderStateTrainables {
  readonly items: Trainable;
  readonly bias: Trainable;
  readonly parameters: Readonly<Record<string, Trainable>>;
}

/** Heads begin with decays from a step to some two hundred: each finds its own memory from there. */
const FIRST_DECAY = 0.5;
const DECAY_RATIO = 1 / 6;

const startingWeights = (
  histories: readonly ActionHistory[],
  items: number,
  shape: ReaderStateShape,
  random: Random,
): ReaderStateTrainables => {
  const counts = new Float64Array(items);
  for (const history of histories) for (const item of history.items) counts[item]! += 1;
  const noise = (length: number, scale: number): Trainable => trainable(Float64Array.from({ length }, () => gaussian(random) * scale));
  const parameters = Object.entries(parameterShapes(shape)).map(([name, dims]): [string, Trainable] => {
    const length = dims.reduce((a, b) => a * b, 1);
    if (name.includes('gain')) return [name, trainable(new Float64Array(length).fill(1))];
    if (name.startsWith('log_decay'))
      return [name, trainable(Float64Array.from({ length }, (_, head) => Math.log(FIRST_DECAY * DECAY_RATIO ** head)))];
    return [name, dims.length === 1 ? trainable(new Float64Array(length)) : noise(length, Math.sqrt(1 / dims[0]!))];
  });
  return {
    items: noise(items * shape.width, 1 / Math.sqrt(shape.width)),
    bias: trainable(Float64Array.from(counts, (count) => 0.5 * Math.log(count + 0.5))),
    parameters: Object.fromEntries(parameters),
  };
};

const frozen = (shape: ReaderStateShape, { items, bias, parameters }: ReaderStateTrainables): ReaderStateWeights => ({
  shape,
  items: Float32Array.from(items.values),
  bias: Float32Array.from(bias.values),
  parameters: Object.fromEntries(Object.entries(parameters).map(([name, { values }]) => [name, Float32Array.from(values)])),
});
