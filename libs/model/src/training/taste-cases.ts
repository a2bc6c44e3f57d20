import type { HfPapers, Submission } from './hf-papers.js';

/** One question to a model of taste: of the papers listed on a day, which did this reader put on the page? */
export interface TasteCase {
  readonly user: string;
  readonly day: number;
  /** Places in `HfPapers.papers` of that day's papers. */
  readonly candidates: readonly number[];
  /** Those of them that the reader put there. */
  readonly wanted: ReadonlySet<number>;
  /** Places of the reader's earlier submissions, oldest first. */
  readonly history: readonly number[];
}

/** Put papers of every field on the page, as an office and not by taste. */
export const curators: ReadonlySet<string> = new Set(['u00001', 'u00281']);

/** The data set's own protocol: readers with 3 or more submissions on earlier days, curators left out. */
const MIN_HISTORY = 3;

export const tasteCases = ({ papers, submissions }: HfPapers): readonly TasteCase[] => {
  const places = new Map(papers.map(({ paper }, place) => [paper.id as string, place]));
  const ofDay = groupBy(
    papers.map((_, place) => place),
    (place) => papers[place]?.listedAt ?? 0,
  );
  const byUser = groupBy(
    submissions.filter(({ user, paperId }) => !curators.has(user) && places.has(paperId)),
    ({ user }) => user,
  );
  return [...byUser]
    .flatMap(([user, own]) => casesOf(user, own, places, ofDay))
    .sort((a, b) => a.day - b.day || (a.user < b.user ? -1 : 1));
};

const casesOf = (
  user: string,
  own: readonly Submission[],
  places: ReadonlyMap<string, number>,
  ofDay: ReadonlyMap<number, readonly number[]>,
): TasteCase[] => {
  const days = [...groupBy(own, ({ day }) => day)].sort(([a], [b]) => a - b);
  const history: number[] = [];
  const cases: TasteCase[] = [];
  for (const [day, submitted] of days) {
    const wantedPlaces = submitted.map(({ paperId }) => places.get(paperId) ?? -1);
    const candidates = ofDay.get(day) ?? [];
    const wanted = new Set(wantedPlaces.filter((place) => candidates.includes(place)));
    if (history.length >= MIN_HISTORY && wanted.size > 0 && wanted.size < candidates.length)
      cases.push({ user, day, candidates, wanted, history: [...history] });
    history.push(...wantedPlaces);
  }
  return cases;
};

export const groupBy = <T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
};
