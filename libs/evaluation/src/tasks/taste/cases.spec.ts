import type { HfPapers } from '#model';
import { paperSchema } from '#contracts';
import { figuresOf, joined, tasteQuestions } from './cases.js';

const DAY = 86_400_000;
const day = (number: number): number => Date.UTC(2025, 0, number);

/** Six papers a day; `p3-2` is the third of the fourth day. */
const dataOf = (submissions: readonly (readonly [user: string, paperId: string])[]): HfPapers => ({
  papers: Array.from({ length: 8 * 6 }, (_, at) => {
    const [of, place] = [Math.floor(at / 6), at % 6];
    const listedOn = new Date(day(1) + of * DAY).toISOString().slice(0, 10);
    const paper = paperSchema.parse({
      id: `p${of}-${place}`,
      title: 'A title',
      abstract: 'Words.',
      authors: [],
      publishedAt: listedOn,
      listedOn,
      topics: [],
      source: 'test',
    });
    return { paper, listedAt: Date.parse(listedOn), matureUpvotes: 0, matureAt: 0 };
  }),
  readings: [],
  submissions: submissions.map(([user, paperId]) => rowOf(user, paperId)),
});
const rowOf = (user: string, paperId: string) => ({ user, paperId, day: day(1) + Number(paperId.slice(1, paperId.indexOf('-'))) * DAY });

const earlier = [
  ['u', 'p0-0'],
  ['u', 'p1-1'],
  ['u', 'p2-2'],
] as const;

describe('tasteQuestions', () => {
  it('asks from the fourth submission on, a case for each of a day', () => {
    const questions = tasteQuestions(dataOf([...earlier, ['u', 'p3-3'], ['u', 'p3-5'], ['v', 'p3-0']]), []);
    expect(questions.map(({ user, history, judged }) => ({ user, earlier: history.length, judged: [...judged] }))).toEqual([
      { user: 'u', earlier: 3, judged: [3, 5] },
    ]);
  });

  it('takes no submission of the same day for history', () => {
    expect(
      tasteQuestions(
        dataOf([
          ['u', 'p0-0'],
          ['u', 'p0-1'],
          ['u', 'p0-2'],
          ['u', 'p0-3'],
        ]),
        [],
      ),
    ).toEqual([]);
  });

  it('judges only the held-back rows when there are some, with all earlier rows as history', () => {
    const heldBack = [rowOf('u', 'p4-1')];
    const [question, ...more] = tasteQuestions(joined(dataOf([...earlier, ['u', 'p3-3'], ['u', 'p4-2']]), heldBack), heldBack);
    expect(more).toEqual([]);
    expect(question).toMatchObject({ user: 'u', day: day(5) });
    expect(question!.history).toHaveLength(4);
    expect([...question!.judged]).toEqual([1]);
    expect(question!.wanted.size).toBe(2);
  });

  it('counts a row that is in both files once', () => {
    const data = dataOf(earlier);
    expect(joined(data, [rowOf('u', 'p1-1')]).submissions).toHaveLength(3);
  });
});

describe('figuresOf', () => {
  const question = tasteQuestions(dataOf([...earlier, ['u', 'p3-3']]), [])[0]!;

  it.each([
    { why: 'first', scores: [0, 0, 0, 1, 0, 0], reciprocalRank: 1, auc: 1 },
    { why: 'third', scores: [3, 2, 0, 1, 0, 0], reciprocalRank: 1 / 3, auc: 0.6 },
    { why: 'in the middle of equals', scores: [1, 1, 1, 1, 1, 1], reciprocalRank: 1 / 3.5, auc: 0.5 },
    { why: 'last when the system does not know it', scores: [1, 1, 1, -Infinity, 1, 1], reciprocalRank: 1 / 6, auc: 0 },
  ])('puts the judged paper $why', ({ scores, reciprocalRank, auc }) => {
    const [figures] = figuresOf(question, scores);
    expect(figures!.reciprocalRank).toBeCloseTo(reciprocalRank, 12);
    expect(figures!.auc).toBeCloseTo(auc, 12);
  });
});
