import type { EpochMs } from '#contracts';
import { AUTHORS_LOOKED_AT, codeOwnerName, foldText } from '#ranking';
import type { TrackRecord } from '#ranking';
import type { HfPapers, ListedPaper } from './hf-papers.js';

const DAY = 86_400_000;

/** What those who stand behind a paper had gathered with their other papers. */
export interface Backers {
  readonly organization: TrackRecord | null;
  readonly submitter: TrackRecord | null;
  readonly codeOwner: TrackRecord | null;
  readonly authors: readonly TrackRecord[];
}

/** Something that becomes known: a paper that is listed (`votes` 0) or a reading that shows more votes than before. */
interface News {
  readonly at: EpochMs;
  readonly paper: number;
  readonly votes: number;
}

/**
 * Records of organisations, submitters and authors as they were READ up to a moment, the moments asked for in ascending order: the same sums that the fold keeps.
 * Papers count from their listing; those listed before anybody began to read counts from their first reading, since until then nothing is known of them.
 */
export class ReadRecords {
  readonly #news: readonly News[];
  /** Per paper: its organisation, submitter, owner of code and authors as numbers, -1 for none. */
  readonly #backers: readonly {
    readonly organization: number;
    readonly submitter: number;
    readonly codeOwner: number;
    readonly authors: readonly number[];
  }[];
  readonly #places: ReadonlyMap<ListedPaper, number>;
  readonly #papersOf: Int32Array;
  readonly #votesOf: Float64Array;
  /** Per paper: whether it is counted yet, and with how many votes. */
  readonly #counted: Uint8Array;
  readonly #votes: Float64Array;
  #next = 0;
  #now = -Infinity;

  constructor({ papers, readings }: Pick<HfPapers, 'papers' | 'readings'>) {
    const numbers = new Map<string, number>();
    const numberOf = (kind: string, name: string | undefined): number => {
      if (name === undefined) return -1;
      const key = `${kind} ${kind === 'submitter' ? name : foldText(name).replace(/\s+/g, ' ').trim()}`;
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      return numbers.get(key)!;
    };
    this.#backers = papers.map(({ paper }) => ({
      organization: numberOf('org', paper.organization?.name),
      submitter: numberOf('submitter', paper.submitter),
      codeOwner: numberOf('code-owner', codeOwnerName(paper)),
      authors: paper.authors.map((author) => numberOf('author', author)),
    }));
    this.#places = new Map(papers.map((listed, place) => [listed, place]));
    this.#news = newsOf(papers, readings);
    [this.#papersOf, this.#votesOf] = [new Int32Array(numbers.size), new Float64Array(numbers.size)];
    [this.#counted, this.#votes] = [new Uint8Array(papers.length), new Float64Array(papers.length)];
  }

  /** The paper's backers without the paper itself. @throws RangeError a later moment was asked for before. */
  of(listed: ListedPaper, at: EpochMs): Backers {
    this.#advance(at);
    const paper = this.#places.get(listed)!;
    const { organization, submitter, codeOwner, authors } = this.#backers[paper]!;
    const recordOf = (entity: number): TrackRecord => ({
      papers: this.#papersOf[entity]! - this.#counted[paper]!,
      votes: this.#votesOf[entity]! - this.#votes[paper]!,
    });
    return {
      organization: organization < 0 ? null : recordOf(organization),
      submitter: submitter < 0 ? null : recordOf(submitter),
      codeOwner: codeOwner < 0 ? null : recordOf(codeOwner),
      authors: authors.slice(0, AUTHORS_LOOKED_AT).map(recordOf),
    };
  }

  #advance(at: EpochMs): void {
    if (at < this.#now) throw new RangeError('records are read forwards in time only');
    this.#now = at;
    for (let news = this.#news[this.#next]; news !== undefined && news.at <= at; news = this.#news[++this.#next]) {
      const gained = news.votes - this.#votes[news.paper]!;
      const fresh = 1 - this.#counted[news.paper]!;
      const { organization, submitter, codeOwner, authors } = this.#backers[news.paper]!;
      for (const entity of new Set([organization, submitter, codeOwner, ...authors])) {
        if (entity < 0) continue;
        this.#papersOf[entity]! += fresh;
        this.#votesOf[entity]! += gained;
      }
      this.#counted[news.paper] = 1;
      this.#votes[news.paper] = news.votes;
    }
  }
}

const newsOf = (papers: HfPapers['papers'], readings: HfPapers['readings']): News[] => {
  const places = new Map(papers.map(({ paper }, place) => [paper.id as string, place]));
  const began = readings.reduce((first, { at }) => Math.min(first, at), Infinity);
  const listed = papers.flatMap(({ listedAt }, paper): News[] => (listedAt >= began - DAY ? [{ at: listedAt, paper, votes: 0 }] : []));
  const highest = new Map<number, number>();
  const read = [...readings]
    .sort((a, b) => a.at - b.at)
    .flatMap(({ paperId, at, upvotes }): News[] => {
      const paper = places.get(paperId);
      // Falls are taken as standing still, and a reading from before the listing can not be of this page.
      if (paper === undefined || at < papers[paper]!.listedAt || upvotes < (highest.get(paper) ?? 0)) return [];
      highest.set(paper, upvotes);
      return [{ at, paper, votes: upvotes }];
    });
  return [...listed, ...read].sort((a, b) => a.at - b.at || a.votes - b.votes);
};
