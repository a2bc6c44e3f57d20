import { jest } from '@jest/globals';
import fc from 'fast-check';
import { paperSchema, periods } from '#contracts';
import { seededRandom, trendingFeatureNames } from '#ranking';
import type { PaperEncoder, RowScorer } from '#ranking';
import type { HfPapers, Reading, Submission } from './hf-papers.js';
import { columnOf } from './personal-lists.js';
import { replayLists } from './personal-replay.js';
import type { Asking, PersonalList } from './personal-replay.js';
import { gaussian, randomOf } from './random.js';

/** Plays two weeks some thirty times. */
jest.setTimeout(60_000);

const HOUR = 3_600_000;
const DAYS = 10;
const A_DAY = 6;
const midnight = (day: number): number => Date.UTC(2025, 2, 1 + day);

const idOf = (day: number, place: number): string => `2503.${String(day * A_DAY + place).padStart(5, '0')}`;

const papers = Array.from({ length: DAYS * A_DAY }, (_, at) => {
  const [day, place] = [Math.floor(at / A_DAY), at % A_DAY];
  const listedOn = new Date(midnight(day)).toISOString().slice(0, 10);
  const paper = paperSchema.parse({
    id: idOf(day, place),
    title: `Study of subject ${place} in year ${day}`,
    abstract: `We study subject ${place} and what it has to do with ${day % 3}.`,
    authors: [`Author ${place}`, `Guest ${day}`],
    publishedAt: listedOn,
    listedOn,
    submitter: `u${place}`,
    topics: [`topic ${place % 2}`],
    source: 'test',
  });
  return { paper, listedAt: midnight(day), matureUpvotes: 9, matureAt: midnight(60) };
});

/** Any vectors do, as long as the same text has the same. */
const encoder: PaperEncoder = {
  name: 'drawn',
  version: '1',
  dimensions: 8,
  encode: (texts) =>
    Promise.resolve(
      texts.map(({ title }) => {
        const random = randomOf(1, title);
        const vector = Float32Array.from({ length: 8 }, () => gaussian(random));
        const norm = Math.hypot(...vector);
        return vector.map((x) => x / norm);
      }),
    ),
};
const trending: RowScorer = {
  name: 'votes',
  version: '1',
  features: trendingFeatureNames,
  heads: periods.length,
  score: (rows, count) =>
    Promise.resolve(
      Float32Array.from(
        { length: count * periods.length },
        (_, at) => rows[Math.floor(at / periods.length) * trendingFeatureNames.length]!,
      ),
    ),
};

const asking: Asking = {
  candidates: ['day', 'sources'],
  readersShare: 0,
  names: 'known',
  delays: (random) => [Math.floor(random() * 20) * HOUR, 24 * HOUR],
};

const replayed = (submissions: readonly Submission[], readings: readonly Reading[] = []): Promise<PersonalList[]> => {
  const data: HfPapers = { papers, readings, submissions };
  return replayLists(data, { encoder, trending }, asking, 5);
};

const submissionAt = (day: number): fc.Arbitrary<Submission> =>
  fc
    .record({ user: fc.constantFrom('ann', 'bob', 'cy'), place: fc.nat(A_DAY - 1) })
    .map(({ user, place }) => ({ user, paperId: idOf(day, place), day: midnight(day) }));
const submissionsOf = (from: number, to: number): fc.Arbitrary<Submission[]> =>
  fc
    .array(fc.integer({ min: from, max: to }).chain(submissionAt), { maxLength: 12 })
    .map((rows) => [...new Map(rows.map((row) => [`${row.user}${row.paperId}`, row])).values()]);
const readingsFrom = (day: number): fc.Arbitrary<Reading[]> =>
  fc.array(
    fc.record({
      paperId: fc.constantFrom(...papers.map(({ paper }) => paper.id as string)),
      at: fc.integer({ min: midnight(day) + 1, max: midnight(DAYS + 3) }),
      upvotes: fc.nat(90),
      source: fc.constant('test'),
    }),
    { maxLength: 10 },
  );

/** Comparable, floats by their bits. */
const plain = (list: PersonalList) => ({ ...list, rows: Buffer.from(list.rows.buffer).toString('hex'), gains: [...list.gains] });

const upTo = (lists: readonly PersonalList[], at: number) => lists.filter((list) => list.at <= at).map(plain);

describe('a replay', () => {
  it('shows of a moment what was known then: later submissions and readings change no row of before', async () => {
    const border = 5;
    await fc.assert(
      fc.asyncProperty(
        submissionsOf(0, border),
        submissionsOf(border + 1, DAYS - 1),
        readingsFrom(border + 1),
        async (before, after, readings) => {
          const end = midnight(border + 1);
          expect(upTo(await replayed([...before, ...after], readings), end)).toEqual(upTo(await replayed(before), end));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('does not know who put the paper there, neither of the day nor of the past', async () => {
    const submissions = [0, 1, 2, 3].map((day): Submission => ({ user: 'ann', paperId: idOf(day, day), day: midnight(day) }));
    const lists = await replayed(submissions);
    expect(lists.length).toBeGreaterThan(0);
    const others = papers.map((listed, at) => ({ ...listed, paper: { ...listed.paper, submitter: `somebody ${at}` } }));
    const data: HfPapers = { papers: others, readings: [], submissions };
    expect((await replayLists(data, { encoder, trending }, asking, 5)).map(plain)).toEqual(lists.map(plain));
  });

  it('asks for a day’s papers before the reader’s choice is in the history', async () => {
    const choices = [0, 1].map((day): Submission => ({ user: 'ann', paperId: idOf(day, 2), day: midnight(day) }));
    const ofDay = (await replayed(choices)).filter(({ candidates }) => candidates === 'day');
    expect(ofDay.map(({ day, historySize, count }) => ({ day, historySize, count }))).toEqual(
      [0, 1].map(() => ({ day: midnight(1), historySize: 1, count: A_DAY })),
    );
    for (const { gains, paperIds } of ofDay) expect(paperIds.filter((_, row) => gains[row] === 1)).toEqual([idOf(1, 2)]);
  });

  it('can be of readers who know none of the people behind the papers', async () => {
    const submissions = [0, 1, 2].map((day): Submission => ({ user: 'ann', paperId: idOf(day, 2), day: midnight(day) }));
    const data: HfPapers = { papers, readings: [], submissions };
    const namesIn = async (names: Asking['names']): Promise<boolean> => {
      const lists = await replayLists(data, { encoder, trending }, { ...asking, names }, 5);
      return lists.some((list) => columnOf(list, 'author_overlap').some((overlap) => overlap > 0));
    };
    expect(await namesIn('known')).toBe(true);
    expect(await namesIn('unknown')).toBe(false);
  });

  it('draws for each reader’s day alone', () => {
    expect(randomOf(1, 'a')()).toBe(randomOf(1, 'a')());
    expect(randomOf(1, 'a')()).not.toBe(randomOf(1, 'b')());
    expect(randomOf(1, 'a')()).not.toBe(seededRandom(1)());
  });
});
