import { basename } from 'node:path';
import {
  DoubleStates,
  ReaderStateBatch,
  ReaderStateStream,
  RunMeter,
  averageOfHistory,
  readerStateSettings,
  trainReaderStates,
  trainSequence,
} from '#model';
import type { HistoryEncoder, ReaderStateWeights, SequenceWeights } from '#model';
import { itemKnn, mean } from '#ranking';
import { SEQUENCES_FILE, pastOf, readSequences } from '../../data/sequences.js';
import type { ReaderSequence, Sequences } from '../../data/sequences.js';
import type { EvaluationTask, TaskOptions, TaskReport } from '../../task.js';
import { judgeSequences } from './next-item.js';
import type { NextItemScorer } from './next-item.js';
import { sequenceReport } from './sequence-report.js';
import type { JudgedSequences } from './sequence-report.js';
import { targetAttention } from './target-attention.js';

/** Choices of each reader that are judged. */
export const JUDGED = 10;

/** Chosen on the five choices before the judged ones, of every third reader of movielens-100k. */
const settings = { ...readerStateSettings, horizon: 1, epochs: 16 };

export const sequenceTask: EvaluationTask = {
  name: 'sequence',
  summary: `The last ${JUDGED} choices of every reader, each from all before it: the streaming reader state.`,
  needs: [SEQUENCES_FILE],
  run: async ({ data, test, seeds, say }: TaskOptions): Promise<TaskReport> => {
    const meter = new RunMeter('sequence', say);
    const sequences = await readSequences(data, test, JUDGED);
    const judged = sequences.readers.filter((reader) => reader.judged > 0);
    if (judged.length === 0) throw new RangeError(`${SEQUENCES_FILE}: no reader has more than ${JUDGED} choices`);
    const pasts = sequences.readers.map(pastOf);
    meter.say(`${sequences.readers.length} readers, ${sequences.items} items, ${judged.length} readers judged`);

    const systems: JudgedSequences[] = [];
    const judge = async (name: string, role: JudgedSequences['role'], prepare: (reader: ReaderSequence) => Promise<NextItemScorer>) => {
      systems.push({ name, role, figures: await judgeSequences(judged, sequences.items, prepare) });
      meter.say(`${name}: NDCG@20 ${mean(systems.at(-1)!.figures.map(({ ndcg }) => ndcg)).toFixed(4)}`);
    };
    await judge(
      'popular',
      'baseline',
      popularity(
        pasts.map(({ items }) => items),
        sequences,
      ),
    );
    await judge(
      'item-kNN',
      'baseline',
      neighbours(
        pasts.map(({ items }) => items),
        sequences,
      ),
    );
    const average = averageOfHistory(settings.width, true);
    await judge(
      'exponential average',
      'baseline',
      await byStates(average, await trainSequence(average, pasts, sequences.items, settings, seeds[0] ?? 1, meter)),
    );

    for (const coupled of [true, false]) {
      const scorer = await targetAttention(coupled, pasts, sequences.items, seeds[0] ?? 1, meter);
      await judge(`target attention, ${coupled ? 'coupled' : 'decoupled (DARE)'}`, 'baseline', scorer.prepare);
      await scorer.close();
    }

    let learned: ReaderStateWeights | null = null;
    const trainedFrom = meter.minutes;
    for (const seed of seeds) {
      learned = await trainReaderStates(pasts, sequences.items, settings, seed, meter);
      await judge(`reader state, seed ${seed}`, 'ours', streamed(learned));
    }
    const minutes = (meter.minutes - trainedFrom) / seeds.length;
    const furthest = await furthestApart(learned!, judged);
    return sequenceReport({
      data: basename(data),
      heldBack: test !== null,
      systems,
      settings,
      furthest,
      minutes,
      megabytes: meter.peakMemoryMb,
    });
  },
};

const popularity = (pasts: readonly Int32Array[], { items }: Sequences) => {
  const counts = new Float64Array(items);
  for (const past of pasts) for (const item of past) counts[item]! += 1;
  return (): Promise<NextItemScorer> => Promise.resolve((_reader, _known, scores) => scores.set(counts));
};

const neighbours = (pasts: readonly Int32Array[], { items }: Sequences) => {
  const score = itemKnn(pasts, items);
  return (): Promise<NextItemScorer> => Promise.resolve((reader, known, scores) => score(reader.items.subarray(0, known), scores));
};

/** Scores by the states that the batch graph gives. */
const byStates = async (encoder: HistoryEncoder, weights: SequenceWeights) => {
  const batch = await ReaderStateBatch.open(encoder, weights);
  return async (reader: ReaderSequence): Promise<NextItemScorer> => {
    const states = await batch.statesOf(reader);
    return (_reader, known, scores) => byProduct(states.subarray((known - 1) * encoder.width, known * encoder.width), weights, scores);
  };
};

/** Scores by the recurrence, one choice after the other, as it serves. */
const streamed = (weights: ReaderStateWeights) => {
  const { width } = weights.shape;
  const stream = streamOf(weights);
  return (): Promise<NextItemScorer> => {
    const state = stream.start(width);
    let taken = 0;
    return Promise.resolve((reader, known, scores) => {
      for (; taken < known; taken += 1)
        stream.step(state, { vector: vectorOf(weights, reader.items[taken]!), strength: reader.strengths[taken]! });
      byProduct(stream.reading(state), weights, scores);
    });
  };
};

const streamOf = ({ shape, parameters }: ReaderStateWeights): ReaderStateStream =>
  new ReaderStateStream('reader-state', shape, new Map(Object.entries(parameters)));

const vectorOf = ({ items, shape: { width } }: ReaderStateWeights, item: number): Float32Array =>
  items.subarray(item * width, (item + 1) * width);

const byProduct = (state: ArrayLike<number>, { items, bias }: SequenceWeights, scores: Float64Array): void => {
  const width = state.length;
  for (let item = 0; item < scores.length; item += 1) {
    let score = bias[item]!;
    for (let d = 0; d < width; d += 1) score += state[d]! * items[item * width + d]!;
    scores[item] = score;
  }
};

/** Largest difference of a number of the state between the recurrence and the batch form, both in doubles, over whole histories, beside the longest of them. */
const furthestApart = async (
  weights: ReaderStateWeights,
  readers: readonly ReaderSequence[],
): Promise<{ difference: number; choices: number }> => {
  const { width } = weights.shape;
  const batch = await DoubleStates.open(weights);
  const stream = streamOf(weights);
  let [difference, choices] = [0, 0];
  for (const reader of readers) {
    const state = stream.start(width);
    for (const [place, item] of reader.items.entries())
      stream.step(state, { vector: vectorOf(weights, item), strength: reader.strengths[place]! });
    const [streamed, batched] = [stream.reading(state), await batch.lastOf(reader)];
    for (const [d, cell] of batched.entries()) difference = Math.max(difference, Math.abs(cell - streamed[d]!));
    choices = Math.max(choices, reader.items.length);
  }
  await batch.close();
  return { difference, choices };
};
