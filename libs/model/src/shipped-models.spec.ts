import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { periods } from '#contracts';
import { personalFeatures, recentHours, trendingFeatureNames, trendingFeatures, unknownPaper, upvoteHalfLives } from '#ranking';
import type { PaperSignals } from '#ranking';
import { OnnxPaperEncoder, OnnxRowScorer, newestModel, rowExpectations } from './index.js';

const models = fileURLToPath(new URL('../../../models', import.meta.url));
const newest = async (name: string): Promise<string> => {
  const directory = await newestModel(models, name);
  if (directory === null) throw new Error(`no ${name} below ${models}`);
  return directory;
};

interface Story {
  /** Hours ago that each of our readers voted. */
  readonly votes: readonly number[];
  readonly ageHours: number;
  readonly sourceUpvotes?: number;
  readonly organization?: PaperSignals['organization'];
}

const signals = ({ votes, ageHours, sourceUpvotes = 0, organization = null }: Story): PaperSignals => ({
  ...unknownPaper,
  upvotes: upvoteHalfLives.map((hours) => votes.reduce((sum, ago) => sum + 2 ** (-ago / hours), 0)),
  recentUpvotes: recentHours.map((hours) => votes.filter((ago) => ago <= hours).length),
  upvotesTotal: votes.length,
  ageHours,
  sourceUpvotes,
  organization,
  authorCount: 4,
});

describe('the shipped trending model', () => {
  let trending: OnnxRowScorer;
  beforeAll(async () => {
    trending = await OnnxRowScorer.load(await newest('trending'), rowExpectations.trending);
  });
  afterAll(() => trending.close());

  /** Scores by story, then by period. */
  const scoresOf = async (stories: readonly Story[]): Promise<number[][]> => {
    const rows = Float32Array.from(stories.flatMap((story) => trendingFeatures.map((feature) => feature.read(signals(story)))));
    expect(rows).toHaveLength(stories.length * trendingFeatureNames.length);
    const scores = await trending.score(rows, stories.length);
    return stories.map((_, row) => Array.from(scores.subarray(row * periods.length, (row + 1) * periods.length)));
  };

  const years = (count: number): number => count * 8766;

  it('never lowers a paper for one more vote now, in any period, at any age', async () => {
    const story = fc.record({
      votes: fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { maxLength: 60 }),
      ageHours: fc.double({ min: 0, max: years(30), noNaN: true }),
      sourceUpvotes: fc.nat(2000),
      organization: fc.constantFrom(null, { papers: 20, votes: 900 }),
    });
    await fc.assert(
      fc.asyncProperty(story, async (before) => {
        const [without = [], withOne = []] = await scoresOf([before, { ...before, votes: [...before.votes, 0] }]);
        withOne.forEach((score, head) => expect(score).toBeGreaterThanOrEqual((without[head] ?? NaN) - 2e-6));
      }),
      { numRuns: 200 },
    );
  });

  it('puts a paper that is being voted for above its twin that is not, however old both are', async () => {
    for (const ageHours of [1, 30, 200, years(1), years(7)]) {
      const [quiet = [], one = [], many = []] = await scoresOf([
        { votes: [], ageHours },
        { votes: [0.1], ageHours },
        { votes: [0.1, 0.2, 0.4, 0.5, 1], ageHours },
      ]);
      periods.forEach((_, head) => {
        expect(one[head]).toBeGreaterThan(quiet[head] ?? NaN);
        expect(many[head]).toBeGreaterThan(one[head] ?? NaN);
      });
    }
  });

  it('still tells papers without a vote apart when they are older than anything it was trained on', async () => {
    const [plain = [], known = [], shown = []] = await scoresOf([
      { votes: [], ageHours: years(7) },
      { votes: [], ageHours: years(7), organization: { papers: 30, votes: 2000 } },
      { votes: [], ageHours: years(7), sourceUpvotes: 300 },
    ]);
    for (const scores of [plain, known, shown]) expect(scores.every((score) => Math.abs(score) < 20)).toBe(true);
    expect(known[0]).not.toBe(plain[0]);
    expect(shown[periods.indexOf('all')]).toBeGreaterThan(plain[periods.indexOf('all')] ?? NaN);
  });

  it('ranks by all time what has most votes in all, and by day what is voted for now', async () => {
    const [classic = [], rising = []] = await scoresOf([
      { votes: Array.from({ length: 300 }, () => 5000), ageHours: years(2) },
      { votes: [0.2, 0.5, 1, 1.5, 2, 3, 4, 5], ageHours: 12 },
    ]);
    expect(rising[periods.indexOf('day')]).toBeGreaterThan(classic[periods.indexOf('day')] ?? NaN);
    expect(classic[periods.indexOf('all')]).toBeGreaterThan(rising[periods.indexOf('all')] ?? NaN);
  });
});

describe('the shipped personal model', () => {
  let personal: OnnxRowScorer;
  beforeAll(async () => {
    personal = await OnnxRowScorer.load(await newest('personal'), rowExpectations.personal);
  });
  afterAll(() => personal.close());

  const plain = {
    taste_similarity: 0.2,
    top3_similarity: 0.3,
    mean_similarity: 0.15,
    log_age_hours: 3.5,
    log_history: 2,
    log_authors: 1.8,
    log_popularity: 2,
  };

  const score = async (changes: Readonly<Record<string, number>>): Promise<number> => {
    const values: Readonly<Record<string, number>> = { ...plain, ...changes };
    const [value = NaN] = await personal.score(
      Float32Array.from(personal.features, (name) => values[name] ?? 0),
      1,
    );
    return value;
  };

  it.each([
    {
      why: 'nearer to the reader’s taste',
      changes: { taste_similarity: 0.6, top3_similarity: 0.7, mean_similarity: 0.4, rank_similar: 1, z_similar: 2.5 },
    },
    { why: 'in the words of the history', changes: { text_similarity: 0.35, text_top3: 0.45, rank_text: 1, z_text: 2 } },
    { why: 'by people the reader reads', changes: { author_overlap: 0.2, author_overlap_top: 0.5, author_share: 0.3 } },
    { why: 'that papers of the history cite', changes: { citation_links: Math.log1p(3) } },
    { why: 'of a followed author', changes: { followed_author: 1 } },
    { why: 'under a followed topic', changes: { followed_topic: 1 } },
  ])('prefers a paper $why', async ({ changes }) => {
    expect(await score(changes)).toBeGreaterThan(await score({}));
  });

  it.each([
    { why: 'like what the reader hides', changes: { hidden_similarity: 0.5 } },
    { why: 'passed by several times', changes: { exposures: Math.log1p(4) } },
  ])('puts behind a paper $why', async ({ changes }) => {
    expect(await score(changes)).toBeLessThan(await score({}));
  });

  it('gives any row that the features can make a score of ordinary size', async () => {
    const rows = fc.tuple(...personalFeatures.map(({ range: [low, high] }) => fc.double({ min: low, max: high, noNaN: true })));
    await fc.assert(
      fc.asyncProperty(rows, async (row) => {
        const [value = NaN] = await personal.score(Float32Array.from(row), 1);
        expect(Math.abs(value)).toBeLessThan(100);
      }),
      { numRuns: 200 },
    );
  });

  it('goes by taste among old papers too, for a reader of old papers', async () => {
    const old = { log_age_hours: 10.8, freshness_pace: 0.2 };
    expect(await score({ ...old, taste_similarity: 0.6, top3_similarity: 0.7, mean_similarity: 0.4, z_similar: 2.5 })).toBeGreaterThan(
      await score(old),
    );
  });
});

describe('the shipped encoder', () => {
  it('finds a paper of the same subject nearer than one of another', async () => {
    const encoder = await OnnxPaperEncoder.load(await newest('encoder'));
    const [attention, transformer, robots] = await encoder.encode([
      { title: 'Efficient attention for long context language models', abstract: 'Sparse attention reduces memory of transformers.' },
      { title: 'Linear transformers with kernel attention', abstract: 'We approximate softmax attention for long sequences.' },
      {
        title: 'Learning dexterous manipulation',
        abstract: 'A robot hand learns grasping from demonstrations with reinforcement learning.',
      },
    ]);
    const cosine = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
      Array.from(a ?? []).reduce((sum, x, i) => sum + x * (b?.[i] ?? 0), 0);
    expect(cosine(attention, attention)).toBeCloseTo(1, 5);
    expect(cosine(attention, transformer)).toBeGreaterThan(cosine(attention, robots) + 0.2);
    await encoder.close();
  });
});
