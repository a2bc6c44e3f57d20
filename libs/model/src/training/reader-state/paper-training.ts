import type { EpochMs } from '#contracts';
import { decayedSum, mean, seededRandom } from '#ranking';
import type { Random, ReaderEncoder } from '#ranking';
import { ReaderStateStream } from '../../session/reader-state-stream.js';
import { Adam, trainable } from '../adam.js';
import type { Trainable } from '../adam.js';
import type { HfPapers } from '../hf-papers.js';
import { gaussian } from '../random.js';
import type { RunMeter } from '../run-meter.js';
import { groupBy, isTasteCase, readerDays } from '../taste-cases.js';
import type { ReaderDay } from '../taste-cases.js';
import { wantedFigures } from '../taste-figures.js';
import { batchesOf, stretchesOf } from './histories.js';
import { PaperStep } from './paper-step.js';
import type { PaperVectors } from './paper-vectors.js';
import { parameterShapes } from './reader-state-shape.js';
import type { ReaderStateShape } from './reader-state-shape.js';

export const paperStateSettings = {
  heads: 4,
  layers: 1,
  hidden: 64,
  /** Most passes over the histories. */
  epochs: 8,
  /** Histories a step. */
  batch: 32,
  /** Places of a history that go through the layers at once. */
  longest: 60,
  /** Papers of the wanted one's day that it is told from. */
  others: 20,
  dropout: 0.2,
  learningRate: 0.0003,
  /** Scores begin as products of a mean of unit vectors with unit vectors, times this. */
  sharpness: 6,
  /** Of the taste cases, in order of time: the last judge, those before them say when to stop. */
  judgedShare: 0.4,
  validationShare: 0.15,
} as const;
export type PaperStateSettings = { readonly [K in keyof typeof paperStateSettings]: number };

export interface TrainedPaperStates {
  readonly shape: ReaderStateShape;
  readonly parameters: Readonly<Record<string, Float32Array>>;
  /** Places that were learned from. */
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Trains the encoder of readers' states on who put which papers on the page. It is judged on later days by vectors of an encoder that knows only papers from before them, beside decayed sums of the
 * same vectors; what is given back is then fitted on all days and the `serving` vectors, for as many passes as did best. It begins as a mean of the vectors whose heads forget at their own rates, so
 * that nought passes are an answer too.
 */
export const trainPaperStates = async (
  data: HfPapers,
  serving: PaperVectors,
  pastVectors: (before: EpochMs) => Promise<PaperVectors>,
  settings: PaperStateSettings,
  seed: number,
  meter: RunMeter,
): Promise<TrainedPaperStates> => {
  const days = readerDays(data);
  const cases = days.filter(isTasteCase);
  const dayAt = (share: number): EpochMs => cases[Math.floor(cases.length * share)]?.day ?? Infinity;
  const judged = dayAt(1 - settings.judgedShare);
  const stopping = dayAt(1 - settings.judgedShare - settings.validationShare);
  const vectors = await pastVectors(stopping);
  const validation = cases.filter(({ day }) => day >= stopping && day < judged);
  const figureOf = (parameters: Parameters): number =>
    figures(validation, vectors, streamOf(shapeOf(vectors, settings), parameters), data).mrr;
  const fit = await fitted(
    data,
    days.filter(({ day }) => day < stopping),
    vectors,
    settings,
    seed,
    meter,
    figureOf,
  );

  const test = cases.filter(({ day }) => day >= judged);
  const named = (name: string, encoder: ReaderEncoder): [string, number][] => {
    const { mrr, auc } = figures(test, vectors, encoder, data);
    meter.say(`${name}: MRR ${mrr.toFixed(3)}, AUC ${auc.toFixed(3)}`);
    return [
      [`mrr${name}`, mrr],
      [`auc${name}`, auc],
    ];
  };
  const metrics = {
    tasteCases: test.length,
    epochs: fit.epochs,
    ...Object.fromEntries([
      ...named('ReaderState', streamOf(shapeOf(vectors, settings), fit.parameters)),
      ...HALF_LIVES_DAYS.flatMap((halfLife) => named(`DecayedSum${halfLife}d`, decayedSum(24 * halfLife))),
    ]),
  };
  const shipped = await fitted(data, days, serving, { ...settings, epochs: fit.epochs }, seed, meter, null);
  return { shape: shapeOf(serving, settings), parameters: shipped.parameters, rows: shipped.rows, metrics };
};

/** Decayed sums that the encoder is judged beside. */
const HALF_LIVES_DAYS = [14, 60, 365] as const;

type Parameters = Readonly<Record<string, Float32Array>>;

const shapeOf = ({ width }: PaperVectors, { heads, layers, hidden }: PaperStateSettings): ReaderStateShape => ({
  width,
  heads,
  layers,
  hidden,
});

const streamOf = (shape: ReaderStateShape, parameters: Parameters): ReaderStateStream =>
  new ReaderStateStream('reader-state', shape, new Map(Object.entries(parameters)));

/** Passes over all histories; with a judge, the best of the weights after each pass and before the first. */
const fitted = async (
  data: HfPapers,
  days: readonly ReaderDay[],
  { width, values }: PaperVectors,
  settings: PaperStateSettings,
  seed: number,
  meter: RunMeter,
  judge: ((parameters: Parameters) => number) | null,
): Promise<{ readonly parameters: Parameters; readonly epochs: number; readonly rows: number }> => {
  const histories = [...groupBy(days, ({ user }) => user).values()].map((own) => {
    const items = Int32Array.from(own.flatMap(({ wanted }) => [...wanted]));
    return { items, strengths: new Float32Array(items.length).fill(1) };
  });
  const ofDay = groupBy(
    data.papers.map((_, place) => place),
    (place) => data.papers[place]!.listedAt,
  );
  const random = seededRandom(seed);
  const shape = shapeOf({ width, values }, settings);
  const weights = startingWeights(shape, settings.sharpness, random);
  const adam = new Adam(Object.values(weights));
  const catalogue = { vectors: values, besides: (paper: number) => ofDay.get(data.papers[paper]!.listedAt)! };
  const step = await PaperStep.open(shape, catalogue, settings, random);
  const stretches = stretchesOf(histories, settings.longest);
  const rows = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  let best = { parameters: frozen(weights), epochs: 0, figure: judge?.(frozen(weights)) ?? -Infinity };
  meter.say(`${histories.length} readers, ${rows} places${judge === null ? '' : `; before the first pass MRR ${best.figure.toFixed(4)}`}`);
  try {
    for (let epoch = 1; epoch <= settings.epochs; epoch += 1) {
      let [loss, places] = [0, 0];
      for (const batch of batchesOf(stretches, settings.batch, random)) {
        const { loss: cost, asked } = await step.run(batch, weights);
        [loss, places] = [loss + cost * asked, places + asked];
        adam.step({ learningRate: settings.learningRate, decay: 0 });
      }
      const parameters = frozen(weights);
      const figure = judge?.(parameters) ?? Infinity;
      meter.say(`pass ${epoch} loss ${(loss / places).toFixed(4)}${judge === null ? '' : ` MRR ${figure.toFixed(4)}`}`);
      if (judge === null || figure > best.figure) best = { parameters, epochs: epoch, figure };
    }
  } finally {
    await step.close();
  }
  return { parameters: best.parameters, epochs: best.epochs, rows };
};

/** How much a head's score falls with each event: half gone after some 7 to 230 of them. */
const FIRST_DECAYS = [0.1, 0.03, 0.01, 0.003] as const;

/** Attention as a mean of the vectors themselves, a part of them in each head; nothing else yet. */
const startingWeights = (shape: ReaderStateShape, sharpness: number, random: Random): Readonly<Record<string, Trainable>> =>
  Object.fromEntries(
    Object.entries(parameterShapes(shape)).map(([name, dims]) => {
      const length = dims.reduce((a, b) => a * b, 1);
      const fill = (value: (at: number) => number): [string, Trainable] => [
        name,
        trainable(Float64Array.from({ length }, (_, at) => value(at))),
      ];
      if (name === 'final_gain') return fill(() => sharpness);
      if (name.includes('gain')) return fill(() => 1);
      if (name.startsWith('log_decay')) return fill((head) => Math.log(FIRST_DECAYS[head % FIRST_DECAYS.length]!));
      if (/^(value|mix)_/.test(name)) return fill((at) => (at % (shape.width + 1) === 0 ? 1 : 0) + 0.01 * gaussian(random));
      if (name.startsWith('inner_in')) return fill(() => gaussian(random) / Math.sqrt(shape.width));
      return fill(() => 0);
    }),
  );

const frozen = (weights: Readonly<Record<string, Trainable>>): Parameters =>
  Object.fromEntries(Object.entries(weights).map(([name, { values }]) => [name, Float32Array.from(values)]));

/** A day's papers ordered by their likeness to the state after everything that the reader put on the page before. */
const figures = (
  cases: readonly ReaderDay[],
  { width, values }: PaperVectors,
  encoder: ReaderEncoder,
  data: HfPapers,
): { mrr: number; auc: number } => {
  const vectorOf = (paper: number): Float32Array => values.subarray(paper * width, (paper + 1) * width);
  const all = cases.map(({ history, candidates, wanted }) => {
    const state = encoder.start(width);
    for (const paper of history)
      encoder.step(state, { vector: vectorOf(paper), action: 0, strength: 1, time: data.papers[paper]!.listedAt });
    const reading = encoder.read(state, width) ?? new Float32Array(width);
    const scores = candidates.map((paper) => vectorOf(paper).reduce((sum, cell, d) => sum + cell * reading[d]!, 0));
    return wantedFigures(
      scores,
      candidates.map((paper) => (wanted.has(paper) ? 1 : 0)),
    );
  });
  return { mrr: mean(all.flatMap(({ reciprocalRanks }) => reciprocalRanks)), auc: mean(all.flatMap(({ aucs }) => aucs)) };
};
