import { seededRandom } from '#ranking';
import type { Random } from '#ranking';
import { Adam, trainable } from '../adam.js';
import type { Trainable } from '../adam.js';
import { gaussian, shuffle } from '../random.js';
import type { ActionHistory } from '../reader-state/histories.js';
import type { RunMeter } from '../run-meter.js';
import { targetAttentionParameters } from './target-attention-shape.js';
import type { TargetAttentionShape } from './target-attention-shape.js';
import { TargetAttentionStep } from './target-attention-step.js';
import type { Moment, TargetAttentionTrainables } from './target-attention-step.js';

export const targetAttentionSettings = {
  /** Numbers an item is learned with: all for both ends, coupled, or half for each, decoupled. */
  width: 64,
  heads: 2,
  perHead: 32,
  hidden: 32,
  epochs: 20,
  /** Passes without a better figure on the validating histories after which training ends. */
  patience: 4,
  /** Moments a step. */
  batch: 32,
  /** Actions of a history that are looked at, the newest. */
  longest: 60,
  /** Actions after a moment that it is asked for. */
  horizon: 10,
  /** A history gives one moment a pass for every so many of its actions. */
  stride: 10,
  /** Items by chance that a step's softmax is taken over, besides those that were wanted. */
  others: 200,
  learningRate: 0.003,
  decay: 0.01,
} as const;
export type TargetAttentionSettings = { readonly [K in keyof typeof targetAttentionSettings]: number };

export interface TargetAttentionWeights {
  readonly shape: TargetAttentionShape;
  /** float32 [items, shape.attention] and [items, shape.representation]; coupled, the same array. */
  readonly attention: Float32Array;
  readonly representation: Float32Array;
  readonly bias: Float32Array;
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

/** Judges weights after each pass; greater is better. */
export type TargetAttentionJudge = (weights: TargetAttentionWeights) => Promise<number>;

/**
 * Trains a scorer by target attention: at moments by chance of every history, which items come next? Softmax over the wanted items of a batch and others by chance, Adam. With a judge, the
 * weights of the best pass are kept. The same histories, settings and seed give the same weights.
 */
export const trainTargetAttention = async (
  histories: readonly ActionHistory[],
  items: number,
  coupled: boolean,
  settings: TargetAttentionSettings,
  seed: number,
  meter: RunMeter,
  judge: TargetAttentionJudge | null = null,
): Promise<TargetAttentionWeights & { readonly epochs: number }> => {
  const part = coupled ? settings.width : settings.width / 2;
  const { heads, perHead, hidden } = settings;
  const shape: TargetAttentionShape = { attention: part, representation: part, coupled, heads, perHead, hidden };
  const random = seededRandom(seed);
  const weights = startingWeights(shape, histories, items, random);
  const groups = [weights.attention, ...(coupled ? [] : [weights.representation]), weights.bias, ...Object.values(weights.parameters)];
  const adam = new Adam(groups);
  const step = await TargetAttentionStep.open(shape);
  const steps = settings.epochs * Math.ceil(momentsOf(histories, settings, random).length / settings.batch);
  let best: { figure: number; epoch: number; weights: TargetAttentionWeights } | null = null;
  let [epoch, taken] = [0, 0];
  try {
    while (epoch < settings.epochs && (best === null || epoch - best.epoch < settings.patience)) {
      epoch += 1;
      const moments = momentsOf(histories, settings, random);
      let loss = 0;
      for (const batch of batchesOf(moments, settings.batch, random)) {
        loss += batch.length * (await step.run(batch, candidatesOf(batch, items, settings.others, random), weights));
        taken += 1;
        const rate = settings.learningRate * Math.min(1, taken / 50) * 0.5 * (1 + Math.cos((Math.PI * taken) / (steps + 1)));
        adam.step({ learningRate: rate, decay: settings.decay });
      }
      const now = frozen(shape, weights);
      const figure = judge === null ? null : await judge(now);
      const told = figure === null ? '' : ` validation ${figure.toFixed(4)}`;
      meter.say(`target attention ${coupled ? 'coupled' : 'decoupled'}: pass ${epoch} loss ${(loss / moments.length).toFixed(4)}${told}`);
      if (figure !== null && (best === null || figure > best.figure)) best = { figure, epoch, weights: now };
    }
  } finally {
    await step.close();
  }
  return { ...(best?.weights ?? frozen(shape, weights)), epochs: best?.epoch ?? epoch };
};

/** Moments of one pass, at places by chance. */
const momentsOf = (histories: readonly ActionHistory[], { stride, longest, horizon }: TargetAttentionSettings, random: Random): Moment[] =>
  histories.flatMap(({ items, strengths }) =>
    Array.from({ length: Math.ceil(Math.max(0, items.length - 1) / stride) }, (): Moment => {
      const at = 1 + Math.floor(random() * (items.length - 1));
      const from = Math.max(0, at - longest);
      return {
        items: items.subarray(from, at),
        strengths: strengths.subarray(from, at),
        next: items.subarray(at, at + horizon),
        seen: new Set(items.subarray(0, at)),
      };
    }),
  );

/** Moments of like length together, so that little is filled up; batches in an order by chance. */
const batchesOf = (moments: readonly Moment[], size: number, random: Random): Moment[][] => {
  const ordered = shuffle([...moments], random).sort((a, b) => a.items.length - b.items.length);
  const batches = Array.from({ length: Math.ceil(ordered.length / size) }, (_, index) => ordered.slice(index * size, (index + 1) * size));
  return shuffle(batches, random);
};

/** What the batch wants, and others by chance; ascending. */
const candidatesOf = (batch: readonly Moment[], items: number, others: number, random: Random): Int32Array => {
  const chosen = new Set(batch.flatMap(({ next }) => [...next]));
  const many = Math.min(items, chosen.size + others);
  while (chosen.size < many) chosen.add(Math.floor(random() * items));
  return Int32Array.from(chosen).sort();
};

const FIRST_DECAYS = [0.2, 0.02] as const;

const startingWeights = (
  shape: TargetAttentionShape,
  histories: readonly ActionHistory[],
  items: number,
  random: Random,
): TargetAttentionTrainables => {
  const counts = new Float64Array(items);
  for (const history of histories) for (const item of history.items) counts[item]! += 1;
  const noise = (length: number, scale: number): Trainable => trainable(Float64Array.from({ length }, () => gaussian(random) * scale));
  const parameters = Object.entries(targetAttentionParameters(shape)).map(([name, dims]): [string, Trainable] => {
    const length = dims.reduce((a, b) => a * b, 1);
    const head = Number(name.split('_').at(-1));
    if (name.startsWith('log_decay')) return [name, trainable(Float64Array.of(Math.log(FIRST_DECAYS[head % FIRST_DECAYS.length]!)))];
    return [name, dims.length === 1 ? trainable(new Float64Array(length)) : noise(length, 1 / Math.sqrt(dims[0]!))];
  });
  const attention = noise(items * shape.attention, 1 / Math.sqrt(shape.attention));
  return {
    attention,
    representation: shape.coupled ? attention : noise(items * shape.representation, 1 / Math.sqrt(shape.representation)),
    bias: trainable(Float64Array.from(counts, (count) => 0.5 * Math.log(count + 0.5))),
    parameters: Object.fromEntries(parameters),
  };
};

const frozen = (
  shape: TargetAttentionShape,
  { attention, representation, bias, parameters }: TargetAttentionTrainables,
): TargetAttentionWeights => {
  const looking = Float32Array.from(attention.values);
  return {
    shape,
    attention: looking,
    representation: shape.coupled ? looking : Float32Array.from(representation.values),
    bias: Float32Array.from(bias.values),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, { values }]) => [name, Float32Array.from(values)])),
  };
};
