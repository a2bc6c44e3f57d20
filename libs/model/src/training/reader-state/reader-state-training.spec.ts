import { seededRandom } from '#ranking';
import { RunMeter } from '../run-meter.js';
import { averageOfHistory, decayingAttention, selfAttention } from './history-encoder.js';
import type { ActionHistory } from './histories.js';
import { ReaderStateBatch } from './reader-state-batch.js';
import { readerStateSettings, trainReaderStates, trainSequence } from './reader-state-training.js';
import type { SequenceWeights } from './reader-state-training.js';

const ITEMS = 12;
const settings = {
  ...readerStateSettings,
  width: 8,
  heads: 2,
  layers: 1,
  hidden: 8,
  batch: 8,
  horizon: 1,
  dropout: 0.05,
  learningRate: 0.02,
  epochs: 12,
  decay: 0,
};
const silent = new RunMeter('test', () => undefined);

/** Readers who walk around a ring of items in steps of one, from anywhere. */
const walks = (count: number, length: number): ActionHistory[] => {
  const random = seededRandom(3);
  return Array.from({ length: count }, () => {
    const start = Math.floor(random() * ITEMS);
    return { items: Int32Array.from({ length }, (_, at) => (start + at) % ITEMS), strengths: new Float32Array(length).fill(1) };
  });
};

const bestNext = (state: Float32Array, { items, bias }: SequenceWeights, done: ReadonlySet<number>): number => {
  const score = (item: number): number => state.reduce((sum, cell, d) => sum + cell * items[item * state.length + d]!, bias[item]!);
  return Array.from({ length: ITEMS }, (_, item) => item)
    .filter((item) => !done.has(item))
    .reduce((best, item) => (score(item) > score(best) ? item : best));
};

describe('trainSequence', () => {
  const shape = { width: 8, heads: 2, layers: 1, hidden: 8 };
  it.each([decayingAttention(shape), averageOfHistory(8, true), selfAttention({ ...shape, positions: 12 })])(
    'teaches $name which item follows which',
    async (encoder) => {
      const weights = await trainSequence(encoder, walks(120, 6), ITEMS, settings, 1, silent);
      const batch = await ReaderStateBatch.open(encoder, weights);
      let right = 0;
      for (const { items, strengths } of walks(24, 5)) {
        const state = await batch.lastOf({ items: items.subarray(0, 4), strengths: strengths.subarray(0, 4) });
        if (bestNext(state, weights, new Set(items.subarray(0, 4))) === items[4]) right += 1;
      }
      await batch.close();
      expect(right).toBeGreaterThanOrEqual(20);
    },
  );

  it('gives the same weights for the same seed, and others for another', async () => {
    const short = { ...settings, epochs: 2 };
    const [first, again, other] = [
      await trainReaderStates(walks(20, 5), ITEMS, short, 7, silent),
      await trainReaderStates(walks(20, 5), ITEMS, short, 7, silent),
      await trainReaderStates(walks(20, 5), ITEMS, short, 8, silent),
    ];
    expect(again.items).toEqual(first.items);
    expect(again.parameters).toEqual(first.parameters);
    expect(other.items).not.toEqual(first.items);
  });

  it('keeps the weights of the pass that was judged best, and ends when no better one comes', async () => {
    const figures = [0.1, 0.5, 0.3, 0.2, 0.4];
    const kept: SequenceWeights[] = [];
    const judge = (weights: SequenceWeights): Promise<number> => {
      kept.push(weights);
      return Promise.resolve(figures[kept.length - 1]!);
    };
    const trained = await trainReaderStates(walks(20, 5), ITEMS, { ...settings, epochs: 5, patience: 2 }, 1, silent, judge);
    expect(trained.epochs).toBe(2);
    expect(kept).toHaveLength(4);
    expect(trained.items).toEqual(kept[1]!.items);
  });

  it('takes histories that are longer than a stretch, and leaves out those of one action', async () => {
    const histories = [...walks(6, 11), ...walks(3, 1)];
    const trained = await trainReaderStates(histories, ITEMS, { ...settings, longest: 4, epochs: 1 }, 1, silent);
    expect(trained.loss).toBeGreaterThan(0);
    expect(trained.items.every(Number.isFinite)).toBe(true);
  });
});
