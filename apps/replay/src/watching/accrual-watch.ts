import type { EpochMs } from '#contracts';
import type { RankingState } from '#ranking';
import { accrualHours, type Accrual } from '../files/run-files.js';
import { Heap } from '../fold/heap.js';
import type { EntryWatch, FoldedEntry, MomentWatch } from './watch.js';

const HOUR_MS = 3_600_000;

interface Growing {
  readonly paper: number;
  /** When its age begins. */
  readonly since: EpochMs;
  /** Ages already seen or passed. */
  step: number;
  readonly upvotes: (number | null)[];
}

const dueOf = ({ since, step }: Growing): EpochMs => since + (accrualHours[step] ?? Infinity) * HOUR_MS;

/**
 * How many upvotes papers had at certain ages. A paper's age begins when readers could first see it: when it was listed, or when the log first
 * speaks of it, whichever is later. Ages that had passed before the paper itself came stay null.
 */
export class AccrualWatch implements EntryWatch, MomentWatch {
  readonly #papers = new Map<number, Growing>();
  readonly #due = new Heap<Growing>((a, b) => dueOf(a) < dueOf(b) || (dueOf(a) === dueOf(b) && a.paper < b.paper));
  /** First interaction with a paper that has not come yet. */
  readonly #early = new Map<number, EpochMs>();

  constructor(private readonly state: RankingState) {}

  get next(): EpochMs {
    const top = this.#due.top;
    return top === undefined ? Infinity : dueOf(top);
  }

  reach(): void {
    const growing = this.#due.pop()!;
    growing.upvotes[growing.step] = this.state.parts.decayed.upvotesOf(growing.paper);
    growing.step += 1;
    this.#await(growing);
  }

  folded({ entry: { decoded }, at }: FoldedEntry): void {
    const { papers } = this.state.parts;
    if (decoded.kind === 'interaction') {
      const { target } = decoded.event.data;
      const paper = target.kind === 'paper' ? papers.find(target.id) : undefined;
      if (paper !== undefined && !papers.isLive(paper) && !this.#early.has(paper)) this.#early.set(paper, at);
    }
    if (decoded.kind !== 'paper') return;
    const paper = papers.find(decoded.paper.id);
    if (paper !== undefined && papers.isLive(paper) && !this.#papers.has(paper)) this.#begin(paper, at);
  }

  /** One a paper that was seen at one age at least. */
  *results(): Generator<Accrual> {
    for (const { paper, upvotes } of this.#papers.values())
      if (upvotes.some((count) => count !== null)) yield { paperId: this.state.parts.papers.idOf(paper) as Accrual['paperId'], upvotes };
  }

  #begin(paper: number, at: EpochMs): void {
    const listed = this.state.parts.papers.factsOf(paper)?.since ?? at;
    const since = Math.max(listed, this.#early.get(paper) ?? at);
    this.#early.delete(paper);
    const growing: Growing = { paper, since, step: 0, upvotes: accrualHours.map(() => null) };
    this.#papers.set(paper, growing);
    while (dueOf(growing) < at) growing.step += 1;
    this.#await(growing);
  }

  #await(growing: Growing): void {
    if (growing.step < accrualHours.length) this.#due.push(growing);
  }
}
