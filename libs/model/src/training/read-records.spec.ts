import fc from 'fast-check';
import { paperSchema } from '#contracts';
import { RankingState, defaultStateConfig } from '#ranking';
import { coldDays } from './cold-prior-rows.js';
import type { ListedPaper, Reading } from './hf-papers.js';
import { ReadRecords } from './read-records.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const midnight = (day: number): number => Date.UTC(2025, 2, 1 + day);

const listed = (id: string, day: number, authors: readonly string[], more: Readonly<Record<string, unknown>> = {}): ListedPaper => ({
  paper: paperSchema.parse({
    id,
    title: `Paper ${id}`,
    abstract: '',
    authors,
    publishedAt: '2025-02-01',
    listedOn: new Date(midnight(day)).toISOString().slice(0, 10),
    source: 'test',
    ...more,
  }),
  listedAt: midnight(day),
  matureUpvotes: 1000,
  matureAt: midnight(400),
});
const read = (paperId: string, at: number, upvotes: number): Reading => ({ paperId, at, upvotes, source: 'test' });

const papers = [
  listed('a', 0, ['Ann', 'Bo'], { submitter: 'u1', organization: { name: 'Lab' }, githubRepo: 'https://github.com/lab/a' }),
  listed('b', 1, ['ANN', 'Cy'], { submitter: 'u1', githubRepo: 'https://github.com/Lab/b' }),
  listed('c', 1, ['Di'], { submitter: 'u2', organization: { name: 'lab' } }),
  listed('d', 3, ['Ann', 'Di'], { submitter: 'u1', organization: { name: 'Lab' }, githubRepo: 'https://github.com/lab/d' }),
];
const readings = [
  read('a', midnight(0) + 9 * HOUR, 10),
  read('a', midnight(2), 14),
  read('b', midnight(2), 5),
  read('a', midnight(9), 500),
  read('c', midnight(9), 70),
];

describe('ReadRecords', () => {
  it('sums what was read of the other papers of each backer, spellings put aside', () => {
    expect(new ReadRecords({ papers, readings }).of(papers[3]!, midnight(3))).toEqual({
      organization: { papers: 2, votes: 14 },
      submitter: { papers: 2, votes: 19 },
      codeOwner: { papers: 2, votes: 19 },
      authors: [
        { papers: 2, votes: 19 },
        { papers: 1, votes: 0 },
      ],
    });
  });

  it('holds what the fold holds', () => {
    const state = RankingState.empty({ ...defaultStateConfig, dimensions: 2, encoderVersion: 'none' });
    const votes = new Map([
      ['a', 14],
      ['b', 5],
    ]);
    for (const { paper } of papers) state.foldPaper({ ...paper, upvotes: votes.get(paper.id) ?? 0 }, Float32Array.of(1, 0));
    const { entities, records } = state.parts;
    const served = (kind: 'org' | 'submitter' | 'code-owner' | 'author', name: string) =>
      records.without(entities.findCanonical(kind, name)!, 0);
    const { organization, submitter, codeOwner, authors } = new ReadRecords({ papers, readings }).of(papers[3]!, midnight(3));
    expect([organization, submitter, codeOwner, ...authors]).toEqual([
      served('org', 'LAB'),
      served('submitter', 'u1'),
      served('code-owner', 'lab'),
      served('author', 'ann'),
      served('author', 'di'),
    ]);
  });

  it('never lets a paper vouch for itself', () => {
    const { submitter, organization, authors } = new ReadRecords({ papers, readings }).of(papers[0]!, midnight(0) + 10 * HOUR);
    expect([submitter, organization, ...authors]).toEqual(Array.from({ length: 4 }, () => ({ papers: 0, votes: 0 })));
  });

  it('counts a paper from before the first reading of all only once it is read', () => {
    const early = [listed('e', -30, ['Ann']), ...papers];
    expect(new ReadRecords({ papers: early, readings }).of(papers[3]!, midnight(3)).authors[0]).toEqual({ papers: 2, votes: 19 });
  });

  it('reads forwards only', () => {
    const records = new ReadRecords({ papers, readings });
    records.of(papers[0]!, midnight(3));
    expect(() => records.of(papers[0]!, midnight(2))).toThrow(RangeError);
  });
});

describe('coldDays', () => {
  it('knows nothing that is read after its moment: later readings change no feature of a day', () => {
    const anyReading = fc.record({ paper: fc.nat(3), day: fc.double({ min: 0, max: 8, noNaN: true }), upvotes: fc.nat(200) });
    fc.assert(
      fc.property(fc.array(anyReading, { maxLength: 15 }), fc.nat(3), fc.nat(500), (drawn, day, more) => {
        // The start of reading is a fact of the whole archive: one reading stands before all.
        const first = read('a', midnight(0) + 1, 0);
        const all = [
          first,
          ...drawn.map(({ paper, day: at, upvotes }) => read(papers[paper]!.paper.id, midnight(0) + 2 + at * DAY, upvotes)),
        ];
        const moment = midnight(day) + 15 * 60_000;
        const changed = all.map((each) => (each.at > moment ? { ...each, upvotes: each.upvotes + more } : each));
        const cut = all.filter(({ at }) => at <= moment);
        const rowsOf = (those: readonly Reading[]) =>
          coldDays({ papers, readings: those }).find((each) => each.day === midnight(day))?.rows;
        expect(rowsOf(changed)).toEqual(rowsOf(all));
        expect(rowsOf(cut)).toEqual(rowsOf(all));
      }),
    );
  });
});
