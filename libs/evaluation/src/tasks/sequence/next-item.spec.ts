import type { ReaderSequence } from '../../data/sequences.js';
import { judgeSequences } from './next-item.js';
import type { NextItemScorer } from './next-item.js';

const reader: ReaderSequence = {
  reader: 'a',
  items: Int32Array.of(3, 1, 2),
  strengths: new Float32Array(3).fill(1),
  moments: Int32Array.of(1, 2, 3),
  judged: 2,
};
const judged = async (scorer: NextItemScorer) => (await judgeSequences([reader], 5, () => Promise.resolve(scorer)))[0]!;

describe('judgeSequences', () => {
  it('asks for each judged choice with all before it known, and leaves those out of the list', async () => {
    const asked: number[] = [];
    const figures = await judged((_reader, known, scores) => {
      asked.push(known);
      // What was chosen before scores best, but is no candidate any more; then comes what is wanted.
      scores.fill(0);
      for (const item of reader.items.subarray(0, known)) scores[item] = 9;
      scores[reader.items[known]!] = 5;
    });
    expect(asked).toEqual([1, 2]);
    expect(figures).toEqual({ reader: 'a', history: 1, ndcg: 1, recall: 1, reciprocalRank: 1 });
  });

  it('puts a wanted item behind all that score the same', async () => {
    const figures = await judged((_reader, _known, scores) => scores.fill(1));
    // Four candidates, then three: places 4 and 3.
    expect(figures.reciprocalRank).toBeCloseTo((1 / 4 + 1 / 3) / 2, 12);
    expect(figures.ndcg).toBeCloseTo((1 / Math.log2(5) + 1 / Math.log2(4)) / 2, 12);
  });
});
