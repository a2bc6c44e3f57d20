import type { Proposal, RankQuery, Source } from '../pipeline/stages.js';
import { SparseSums } from '../state/sparse-sums.js';
import { TopPlaces } from '../state/top-places.js';
import { inScope, unseen } from './in-scope.js';

/** Added to the denominator, so that two papers of two readers each are not "always read together". */
const SHRINK = 3;
/** A reader of n papers counts n^-this: who reads everything says little of each. Source: findings, item-kNN. */
const READER_POWER = 0.25;
/** Fewer readers in common are no pattern, and would tell one reader what one other reads. */
const MIN_READERS = 2;

export interface CoReadOptions {
  readonly limit: number;
  /** Neighbours that one paper of the history may propose. */
  readonly neighbours: number;
  readonly reserveMs?: number;
}

/** Papers read by those who read what this reader read. `via`: the paper of the reader's history that speaks most for it. Score: sum over history of strength * cosine. */
export const coReadWithHistorySource = ({ limit, neighbours, reserveMs = 0 }: CoReadOptions): Source => ({
  name: 'co-read',
  reserveMs,
  propose: (query) => coRead(query, query.history, { limit, neighbours }, unseen(query)),
});

/** Papers read by those who read one paper. */
export const coReadWithPaperSource = ({ limit, neighbours }: CoReadOptions): Source => ({
  name: 'co-read',
  propose(query) {
    const { origin } = query;
    if (origin === null) return [];
    const allowed = inScope(query);
    return coRead(query, [{ paper: origin, strength: 1 }], { limit, neighbours }, (paper) => paper !== origin && allowed(paper));
  },
});

const coRead = (
  query: RankQuery,
  seeds: readonly { readonly paper: number; readonly strength: number }[],
  { limit, neighbours: most }: Pick<CoReadOptions, 'limit' | 'neighbours'>,
  accept: (paper: number) => boolean,
): Proposal[] => {
  const totals = new Map<number, { score: number; via: number; most: number }>();
  const together = new SparseSums();
  for (const seed of seeds) {
    for (const { place, score } of neighboursOf(query, seed.paper, most, accept, together)) {
      const added = score * seed.strength;
      const total = totals.get(place);
      if (total === undefined) totals.set(place, { score: added, via: seed.paper, most: added });
      else {
        total.score += added;
        if (added > total.most) Object.assign(total, { via: seed.paper, most: added });
      }
    }
  }
  const best = new TopPlaces(limit, query.state.papers.before);
  for (const [paper, { score }] of totals) best.offer(paper, score);
  return best.sorted().map(({ place, score }) => ({ paper: place, score, via: totals.get(place)!.via }));
};

/**
 * Shrunken cosine of co-reading: sum over common readers of n^-0.25 / (sqrt(readers(p) * readers(q)) + shrink), from the sampled readers of `p` and their histories, in the fixed
 * order of the sample. The reader who asks is left out: their own reading says nothing new to them.
 */
const neighboursOf = (
  query: RankQuery,
  paper: number,
  most: number,
  accept: (paper: number) => boolean,
  together: SparseSums,
): { place: number; score: number }[] => {
  const { coReaders, papers } = query.state;
  together.begin(papers.size);
  for (const reader of coReaders.of(paper)) {
    if (reader === query.reader?.reader) continue;
    const history = query.historyOf(reader);
    if (!history.some((engagement) => engagement.paper === paper)) continue; // undone, hidden or long ago
    const weight = history.length ** -READER_POWER;
    for (const { paper: other } of history) together.add(other, weight);
  }
  const best = new TopPlaces(most, papers.before);
  const readersOfPaper = coReaders.sizeOf(paper);
  for (const other of together.papers()) {
    if (other === paper || together.countOf(other) < MIN_READERS || !accept(other)) continue;
    best.offer(other, together.sumOf(other) / (Math.sqrt(readersOfPaper * coReaders.sizeOf(other)) + SHRINK));
  }
  return best.sorted();
};
