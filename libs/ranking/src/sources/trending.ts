import type { Proposal, RankQuery, Source } from '../pipeline/stages.js';
import { attentionHalfLives, upvoteHalfLives } from '../features/signals.js';
import { ageHoursOf } from '../state/paper-facts.js';
import { TopPlaces } from '../state/top-places.js';
import { inScope } from './in-scope.js';
import type { MostUpvoted } from './most-upvoted.js';

/** Half-lives whose leaders are drawn: minutes to weeks, as the best one differs from site to site. */
const LEADERS = attentionHalfLives.map((hours) => upvoteHalfLives.indexOf(hours));
/** How far into the newest papers the source's own upvotes are looked at. */
const RECENT = 1000;
/** Days after which a source's own upvotes, which have no dates, weigh half. */
const SOURCE_HALF_LIFE_DAYS = 7;

export interface TrendingOptions {
  /** Leaders drawn under each half-life and of each other list. */
  readonly perList: number;
  /** Most that are proposed, by heat. Where a model of longer periods decides, it must hold all lists: heat is about now. */
  readonly limit: number;
}

/**
 * Papers that readers vote for: leaders under several half-lives, leaders of all time, and those whose own source shows many votes. Scored by the sum over half-lives of log1p(decayed
 * upvotes), plus the source's upvotes damped by age; the models decide the final order, this only has to miss nothing. A vote is in the very next answer.
 */
export const trendingSource = ({ perList, limit }: TrendingOptions, mostUpvoted: MostUpvoted): Source => ({
  name: 'trending',
  propose(query) {
    const { state } = query;
    const best = new TopPlaces(limit, state.papers.before);
    for (const paper of pool(query, perList, mostUpvoted)) best.offer(paper, heat(query, paper));
    return best.sorted().map(({ place, score }): Proposal => ({ paper: place, score }));
  },
});

const pool = (query: RankQuery, limit: number, mostUpvoted: MostUpvoted): Iterable<number> => {
  const { state, scope } = query;
  const allowed = inScope(query);
  if (scope !== null) return [...scope].filter(allowed);
  const { papers, decayed, fresh } = state;
  const papersOf = new Set<number>();
  for (const halfLife of LEADERS) for (const paper of decayed.top(halfLife, limit, papers.before, allowed)) papersOf.add(paper);
  for (const paper of decayed.topByTotal(limit, papers.before, allowed)) papersOf.add(paper);
  for (const paper of mostUpvoted.papers(limit)) papersOf.add(paper);
  const recent = new TopPlaces(limit, papers.before);
  for (const paper of fresh.papers().slice(0, RECENT)) {
    const facts = papers.factsOf(paper);
    if (facts !== null && facts.upvotes > 0) recent.offer(paper, facts.upvotes);
  }
  for (const { place } of recent.sorted()) papersOf.add(place);
  return papersOf;
};

/** How much is going on around a paper now. */
export const heat = ({ state, now }: RankQuery, paper: number): number => {
  const facts = state.papers.factsOf(paper);
  if (facts === null) return 0;
  const ours = LEADERS.reduce((sum, halfLife) => sum + Math.log1p(state.decayed.upvotesAt(paper, halfLife, now)), 0);
  return ours + Math.log1p(facts.upvotes) * 2 ** (-ageHoursOf(facts, now) / (24 * SOURCE_HALF_LIFE_DAYS));
};
