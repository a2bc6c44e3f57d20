import type { EpochMs } from '#contracts';
import type { HfPapers, Submission } from './hf-papers.js';

/** A reader who put papers on the page one day, the papers that were listed that day, and what the reader had put there before. */
export interface ReaderDay {
  readonly user: string;
  /** Midnight UTC. */
  readonly day: EpochMs;
  /** Places in `HfPapers.papers` of that day's papers. */
  readonly candidates: readonly number[];
  /** Those of them that the reader put there; at least one. */
  readonly wanted: ReadonlySet<number>;
  /** Places of the reader's submissions of earlier days, oldest first. */
  readonly history: readonly number[];
}

/** A curator puts so many papers on the page, and so large a share of all. */
const CURATOR_PAPERS = 100;
const CURATOR_SHARE = 0.01;

/** Readers who put papers of every field on the page, as an office and not by taste. */
export const curatorsOf = (submissions: readonly Submission[]): ReadonlySet<string> => {
  const least = Math.max(CURATOR_PAPERS, CURATOR_SHARE * submissions.length);
  return new Set([...groupBy(submissions, ({ user }) => user)].filter(([, own]) => own.length >= least).map(([user]) => user));
};

/** Every day of every reader but the curators, in order of time. Submissions of unknown papers, and of papers listed on another day, are passed over. */
export const readerDays = ({ papers, submissions }: HfPapers): readonly ReaderDay[] => {
  const places = new Map(papers.map(({ paper }, place) => [paper.id as string, place]));
  const ofDay = groupBy(
    papers.map((_, place) => place),
    (place) => papers[place]!.listedAt,
  );
  const curators = curatorsOf(submissions);
  const byUser = groupBy(
    submissions.filter(({ user, paperId, day }) => !curators.has(user) && papers[places.get(paperId) ?? -1]?.listedAt === day),
    ({ user }) => user,
  );
  return [...byUser].flatMap(([user, own]) => daysOf(user, own, places, ofDay)).sort((a, b) => a.day - b.day || (a.user < b.user ? -1 : 1));
};

const daysOf = (
  user: string,
  own: readonly Submission[],
  places: ReadonlyMap<string, number>,
  ofDay: ReadonlyMap<number, readonly number[]>,
): ReaderDay[] => {
  const history: number[] = [];
  return [...groupBy(own, ({ day }) => day)]
    .sort(([a], [b]) => a - b)
    .map(([day, submitted]) => {
      const earlier = [...history];
      const wanted = new Set(submitted.map(({ paperId }) => places.get(paperId)!));
      history.push(...wanted);
      return { user, day, candidates: ofDay.get(day) ?? [], wanted, history: earlier };
    });
};

/** The data set's own protocol: readers with 3 or more submissions on earlier days; a day of fewer than 5 papers is no choice. */
const MIN_HISTORY = 3;
const MIN_CANDIDATES = 5;

/** One question to a model of taste: of the papers listed on a day, which did this reader put on the page? */
export const isTasteCase = ({ history, candidates, wanted }: ReaderDay): boolean =>
  history.length >= MIN_HISTORY && candidates.length >= MIN_CANDIDATES && wanted.size < candidates.length;

export const groupBy = <T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
};
