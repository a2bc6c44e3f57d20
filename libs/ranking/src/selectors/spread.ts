import type { RankingConfig } from '../pipeline/ranking-config.js';
import type { RankQuery, Scored, Selector } from '../pipeline/stages.js';
import type { PaperFacts } from '../state/paper-facts.js';

/**
 * Spreads topics, authors and organisations: slot by slot, takes the best of the next few after a penalty for topics just shown, skipping papers whose organisation or author has had its share
 * of the last slots. How far it looks ahead bounds what it can cost. When all in reach are over their share it takes the first: nothing is lost for want of variety.
 *
 * Source: maximal marginal relevance, Carbonell and Goldstein, SIGIR 1998, over topics instead of texts.
 */
export const spread = (config: RankingConfig['spread']): Selector => ({
  name: 'spread',
  select(query, ranked, size) {
    const left = [...ranked];
    const slate: typeof left = [];
    const recent: Labels[] = [];
    const unit = deviation(ranked);
    const labels = new Map(ranked.map((item) => [item, labelsOf(query, item)]));
    while (slate.length < size && left.length > 0) {
      const at = bestInReach(left, config.lookAhead, (item) => {
        const own = labels.get(item)!;
        return overShare(own, recent, config) ? null : item.score - config.topicPenalty * unit * sameness(own, recent);
      });
      const [taken] = left.splice(at, 1);
      slate.push(taken!);
      recent.push(labels.get(taken!)!);
      if (recent.length > config.window) recent.shift();
    }
    return slate;
  },
});

/** Canonical numbers of what is spread. */
interface Labels {
  readonly topics: readonly number[];
  readonly authors: readonly number[];
  readonly organization: number | null;
}

/** Only the first and last authors spread a slate: the middle of a list of 600 is in everything. */
const leadAuthors = ({ authors }: PaperFacts): readonly number[] => (authors.length < 2 ? authors : [authors[0]!, authors.at(-1)!]);

const labelsOf = ({ state }: RankQuery, { candidate }: Scored): Labels => {
  const facts = state.papers.factsOf(candidate.paper);
  if (facts === null) return { topics: [], authors: [], organization: null };
  const canonical = (entity: number): number => state.entities.canonicalOf(entity);
  return {
    topics: facts.topics.map(canonical),
    authors: leadAuthors(facts).map(canonical),
    organization: facts.organization < 0 ? null : canonical(facts.organization),
  };
};

/** Place of the greatest value, the first of equals; 0 when all are over their share. */
const bestInReach = <T extends Scored>(left: readonly T[], reach: number, valueOf: (item: T) => number | null): number => {
  let best = -1;
  let most = -Infinity;
  for (let place = 0; place < Math.min(reach, left.length); place++) {
    // Penalties only take away and scores only fall from here on: nothing further down can win.
    if (best >= 0 && left[place]!.score <= most) break;
    const value = valueOf(left[place]!);
    if (value === null || (best >= 0 && value <= most)) continue;
    best = place;
    most = value;
  }
  return Math.max(0, best);
};

const overShare = (own: Labels, recent: readonly Labels[], { perOrganization, perAuthor }: RankingConfig['spread']): boolean => {
  const isOver = (share: number, has: (shown: Labels) => boolean): boolean => {
    let count = 0;
    for (const shown of recent) if (has(shown) && ++count >= share) return true;
    return false;
  };
  if (own.organization !== null && isOver(perOrganization, ({ organization }) => organization === own.organization)) return true;
  return own.authors.some((author) => isOver(perAuthor, ({ authors }) => authors.includes(author)));
};

/** Share of the paper's topics that were shown in the last slots, 0 to 1. */
const sameness = ({ topics }: Labels, recent: readonly Labels[]): number =>
  topics.length === 0 || recent.length === 0
    ? 0
    : topics.filter((topic) => recent.some((shown) => shown.topics.includes(topic))).length / topics.length;

const deviation = (ranked: readonly Scored[]): number => {
  if (ranked.length < 2) return 0;
  const mean = ranked.reduce((sum, { score }) => sum + score, 0) / ranked.length;
  return Math.sqrt(ranked.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / ranked.length);
};
