import { seededRandom } from '#ranking';
import { RunMeter } from '../run-meter.js';
import type { ActionHistory } from '../reader-state/histories.js';
import { TargetAttentionScorer } from './target-attention-scorer.js';
import { targetAttentionSettings, trainTargetAttention } from './target-attention-training.js';

const ITEMS = 24;
const GROUPS = 3;
const settings = {
  ...targetAttentionSettings,
  width: 16,
  perHead: 8,
  hidden: 8,
  batch: 8,
  stride: 2,
  horizon: 2,
  others: 8,
  longest: 10,
  epochs: 8,
  learningRate: 0.02,
};
const silent = new RunMeter('test', () => undefined);

/** Readers of one group of items each: item numbers that leave the same remainder. */
const readers = (count: number, length: number, seed: number): ActionHistory[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, reader) => {
    const own = Array.from({ length: ITEMS / GROUPS }, (_item, place) => place * GROUPS + (reader % GROUPS)).sort(() => random() - 0.5);
    return { items: Int32Array.from(own.slice(0, length)), strengths: new Float32Array(length).fill(1) };
  });
};

describe('trainTargetAttention', () => {
  it.each([
    { coupled: true, how: 'one vector an item' },
    { coupled: false, how: 'a vector for looking and one for what is found' },
  ])('learns with $how what goes together', async ({ coupled }) => {
    const weights = await trainTargetAttention(readers(60, 7, 1), ITEMS, coupled, settings, 1, silent);
    expect(weights.attention === weights.representation).toBe(coupled);
    expect(weights.attention).toHaveLength(ITEMS * (coupled ? 16 : 8));
    const scorer = await TargetAttentionScorer.open(weights);
    let right = 0;
    for (const { items, strengths } of readers(12, 5, 2)) {
      const scores = await scorer.score({ items, strengths }, settings.longest);
      const fresh = Array.from({ length: ITEMS }, (_, item) => item).filter((item) => !items.includes(item));
      const best = fresh.reduce((a, b) => (scores[b]! > scores[a]! ? b : a));
      if (best % GROUPS === items[0]! % GROUPS) right += 1;
    }
    await scorer.close();
    expect(right).toBeGreaterThanOrEqual(11);
  });

  it('gives the same weights for the same seed', async () => {
    const short = { ...settings, epochs: 1 };
    const [first, again] = [
      await trainTargetAttention(readers(9, 5, 1), ITEMS, false, short, 4, silent),
      await trainTargetAttention(readers(9, 5, 1), ITEMS, false, short, 4, silent),
    ];
    expect(again).toEqual(first);
  });

  it('looks at the newest actions only', async () => {
    const weights = await trainTargetAttention(readers(9, 5, 1), ITEMS, true, { ...settings, epochs: 1 }, 4, silent);
    const scorer = await TargetAttentionScorer.open(weights);
    const history = (items: number[]): ActionHistory => ({
      items: Int32Array.from(items),
      strengths: new Float32Array(items.length).fill(1),
    });
    expect(await scorer.score(history([1, 2, 5, 8]), 2)).toEqual(await scorer.score(history([5, 8]), 2));
    expect(await scorer.score(history([1, 2, 5, 8]), 4)).not.toEqual(await scorer.score(history([5, 8]), 4));
    await scorer.close();
  });
});
