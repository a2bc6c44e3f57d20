import type { EpochMs } from '#contracts';
import type { RankQuery, Scorer } from '../pipeline/stages.js';
import { actionCodes } from '../state/action-codes.js';
import { BUCKET_MS, HOUR_MS } from '../state/clock.js';
import { ageHoursOf } from '../state/paper-facts.js';
import { additive } from './source-scores.js';

/**
 * Votes that weigh half after so many hours, in place of a model: our readers' `sum n(bucket) * 2^(-(now - bucket) / halfLife)` plus the source's own upvotes, which have no dates and
 * fade from the day of the listing. The period plays no part. The trending model learns the weights of several half-lives; this one is for asking what a single one would do.
 */
export const decayedVotes = (halfLifeHours: number): Scorer => ({
  name: 'decayed-votes',
  score: (query, candidates) =>
    Promise.resolve(
      additive({ name: 'decayed-votes', version: `${halfLifeHours}h` }, candidates, ({ paper }) => ({
        decayed_upvotes: upvotesOf(query, paper, halfLifeHours),
        decayed_source_upvotes: sourceUpvotesOf(query, paper, halfLifeHours),
      })),
    ),
});

/** Buckets come oldest first, so that sums have the same bits on every replica. A bucket of the future weighs as one of now. */
const upvotesOf = ({ state, now }: RankQuery, paper: number, halfLifeHours: number): number => {
  let sum = 0;
  state.counts.forEach(paper, (bucket, action, count) => {
    if (action === actionCodes.upvote) sum += count * faded(now - bucket * BUCKET_MS, halfLifeHours);
  });
  return sum;
};

const sourceUpvotesOf = ({ state, now }: RankQuery, paper: number, halfLifeHours: number): number => {
  const facts = state.papers.factsOf(paper);
  return facts === null ? 0 : facts.upvotes * faded(ageHoursOf(facts, now) * HOUR_MS, halfLifeHours);
};

const faded = (age: EpochMs, halfLifeHours: number): number => 2 ** (-Math.max(0, age) / (halfLifeHours * HOUR_MS));
