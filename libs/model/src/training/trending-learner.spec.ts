import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { periods } from '#contracts';
import { seededRandom, trendingFeatureNames } from '#ranking';
import { learnTrending, learnerSettings } from './trending-learner.js';
import type { TrendingSample } from './trending-learner.js';
import { RunMeter } from './run-meter.js';
import { openRunScorer } from './run-models.js';

const WIDTH = trendingFeatureNames.length;
const column = (name: string): number => trendingFeatureNames.indexOf(name);
const quiet = new RunMeter('test', () => undefined);

/** Papers whose votes of the last hour go on, and whose older votes are over: the best order is that of the last hour, whatever they have in all. */
const sample = (seed: number, lists: number): TrendingSample => {
  const random = seededRandom(seed);
  const count = 12;
  const rows = new Float32Array(lists * count * WIDTH);
  const gains = new Float32Array(lists * count * periods.length);
  for (let row = 0; row < lists * count; row += 1) {
    const lately = Math.floor(random() ** 3 * 60);
    const older = Math.floor(random() * 400);
    rows[row * WIDTH + column('upvotes_last_1h')] = Math.log1p(lately);
    rows[row * WIDTH + column('upvotes_total')] = Math.log1p(lately + older);
    rows[row * WIDTH + column('log_age_hours')] = random() * 3;
    periods.forEach((_, head) => (gains[row * periods.length + head] = 4 * lately + (head > 0 ? older : 0)));
  }
  const listed = Array.from({ length: lists }, (_, list) => Int32Array.from({ length: count }, (_, i) => list * count + i));
  return {
    rows,
    gains,
    lists: listed.map((own) => ({ rows: own, head: 0, gains: Float32Array.from(own, (row) => gains[row * periods.length]!) })),
  };
};

const settings = { ...learnerSettings, members: 2, epochs: 12, first: 12, second: 6, learningRate: 0.02, listBatch: 8 };

describe('learnTrending', () => {
  const learned = learnTrending(sample(1, 80), sample(2, 20), settings, 1, quiet);

  it('finds the order, also where more votes in all mean fewer to come', () => {
    expect(learned.validationNdcg).toBeGreaterThan(0.95);
  });

  it('gives the same bytes for the same seed, and others for another', () => {
    const short = { ...settings, epochs: 1 };
    const bytes = (seed: number) => Buffer.from(learnTrending(sample(1, 5), null, short, seed, quiet).graph).toString('base64');
    expect(bytes(1)).toBe(bytes(1));
    expect(bytes(2)).not.toBe(bytes(1));
  });

  it('never lowers a score for a vote that every count sees', () => {
    const random = seededRandom(5);
    const counts = [
      'upvotes_0.5h',
      'upvotes_1h',
      'upvotes_3h',
      'upvotes_6h',
      'upvotes_12h',
      'upvotes_24h',
      'upvotes_48h',
      'upvotes_168h',
      'upvotes_total',
    ];
    const windows = ['upvotes_last_0.5h', 'upvotes_last_1h', 'upvotes_last_2h', 'upvotes_last_3h'];
    for (let round = 0; round < 200; round += 1) {
      let [decayed, lately] = [0, 0];
      const votes = new Map(counts.map((name) => [name, (decayed += random() ** 4 * 50)]));
      for (const name of windows) votes.set(name, (lately = Math.min(decayed, lately + Math.floor(random() * 9))));
      const rowOf = (more: number): Float32Array => {
        const row = new Float32Array(WIDTH);
        for (const [name, n] of votes) row[column(name)] = Math.log1p(n + more);
        return row;
      };
      const [before, after] = [learned.score(rowOf(0)), learned.score(rowOf(1))];
      after.forEach((score, head) => expect(score).toBeGreaterThanOrEqual(before[head]! - 1e-6));
    }
  });

  it('answers through its ONNX file what it answers here', async () => {
    const root = await mkdtemp(join(tmpdir(), 'broadsheet-learner-'));
    try {
      const scorer = await openRunScorer('trending', learned.graph, { root, data: 'made up', seed: 1 });
      const { rows } = sample(3, 4);
      const scores = await scorer.score(rows, rows.length / WIDTH);
      learned.score(rows).forEach((score, at) => expect(scores[at]).toBeCloseTo(score, 3));
      await scorer.close();
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
