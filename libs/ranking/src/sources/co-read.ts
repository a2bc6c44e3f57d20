import type { Proposal, RankQuery, Source } from '../pipeline/stages.js';
import { SparseSums } from '../state/sparse-sums.js';
import { TopPlaces } from '../state/top-places.js';
import { inScope, isOrigin, unseen } from './in-scope.js';

/** Added to the denominator, so that two papers of two readers each are not "always read together". */
const SHRINK = 3;
/** A reader of n papers counts n^-this: who reads everything says little of each. On CiteULike-a the source alone gains 5 % over the usual 0.25. */
const READER_POWER = 0.5;
/**
 * Fewer readers behind a paper are no pattern, and would tell one reader what one other reads. Counted over the whole history: asked of every single pair of papers it
 * would silence most of a sparse catalogue (-14 % on CiteULike-a, against -2 %).
 */
const MIN_READERS = 2;

export interface CoReadOptions {
  readonly limit: number;
  /** Neighbours that one paper of the history may propose. */
  readonly neighbours: number;
  readonly reserveMs?: number;
}

/** Papers read by those who read what this reader read. `via`: the paper of the reader's history that speaks most for it. Score: sum over history of strength * cosine. */
export const coReadWithHistorySource = ({
  limit,
  depth,
  neighbours,
  reserveMs = 0,
}: CoReadOptions & { /** Papers of the history that speak, newest first. */ readonly depth: number }): Source => ({
  name: 'co-read',
  reserveMs,
  propose: (query) => coRead(query, query.history.slice(0, depth), { limit, neighbours }, unseen(query)),
});

/** Papers read by those who read one paper. */
export const coReadWithPaperSource = ({ limit, neighbours }: CoReadOptions): Source => ({
  name: 'co-read',
  propose(query) {
    const { origin } = query;
    if (origin === null) return [];
    const allowed = inScope(query);
    const sameWork = isOrigin(query);
    return coRead(query, [{ paper: origin, strength: 1 }], { limit, neighbours }, (paper) => !sameWork(paper) && allowed(paper));
  },
});

const coRead = (
  query: RankQuery,
  seeds: readonly { readonly paper: number; readonly strength: number }[],
  { limit, neighbours: most }: Pick<CoReadOptions, 'limit' | 'neighbours'>,
  accept: (paper: number) => boolean,
): Proposal[] => {
  const { papers } = query.state;
  const totals = new Map<number, { score: number; via: number; most: number }>();
  const readers = new ReadersBehind(query);
  const together = new SparseSums();
  for (const seed of seeds) {
    for (const { place, score } of neighboursOf(query, seed.paper, most, readers, together)) {
      const added = score * seed.strength;
      const total = totals.get(place);
      if (total === undefined) totals.set(place, { score: added, via: seed.paper, most: added });
      else {
        total.score += added;
        if (added > total.most) Object.assign(total, { via: seed.paper, most: added });
      }
    }
  }
  const best = new TopPlaces(limit, papers.before);
  for (const [paper, { score }] of totals)
    if (score >= best.threshold && readers.of(paper) >= MIN_READERS && accept(paper)) best.offer(paper, score);
  return best.sorted().map(({ place, score }) => ({ paper: place, score, via: totals.get(place)!.via }));
};

/** How many distinct readers speak for each paper, over all seeds of a request. */
class ReadersBehind {
  private readonly met = new Set<number>();
  private readonly counts = new SparseSums();

  constructor(private readonly query: RankQuery) {
    this.counts.begin(query.state.papers.size);
  }

  meet(reader: number): void {
    if (this.met.has(reader)) return;
    this.met.add(reader);
    for (const { paper } of this.query.historyOf(reader)) this.counts.add(paper, 1);
  }

  of(paper: number): number {
    return this.counts.countOf(paper);
  }
}

/**
 * Shrunken cosine of co-reading: sum over common readers of n^-0.5 / (sqrt(readers(p) * readers(q)) + shrink), from the sampled readers of `p` and their histories, in the fixed
 * order of the sample. The reader who asks is left out: their own reading says nothing new to them.
 */
const neighboursOf = (
  query: RankQuery,
  paper: number,
  most: number,
  readers: ReadersBehind,
  together: SparseSums,
): readonly { place: number; score: number }[] => {
  const { coReaders, papers } = query.state;
  together.begin(papers.size);
  for (const reader of coReaders.of(paper)) {
    if (reader === query.reader?.reader) continue;
    const history = query.historyOf(reader);
    if (!history.some((engagement) => engagement.paper === paper)) continue; // undone, hidden or long ago
    readers.meet(reader);
    const weight = history.length ** -READER_POWER;
    for (const { paper: other } of history) together.add(other, weight);
  }
  const readersOfPaper = coReaders.sizeOf(paper);
  const scoreOf = (other: number): number => together.sumOf(other) / (Math.sqrt(readersOfPaper * coReaders.sizeOf(other)) + SHRINK);
  const others = together.papers();
  if (others.length <= most) return others.flatMap((place) => (place === paper ? [] : [{ place, score: scoreOf(place) }]));
  const best = new TopPlaces(most, papers.before);
  for (const other of others) if (other !== paper) best.offer(other, scoreOf(other));
  return best.sorted();
};
