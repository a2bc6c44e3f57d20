import type { EpochMs } from '#contracts';
import { ageHoursOf } from '../state/paper-facts.js';
import type { StateParts } from '../state/state-parts.js';
import { AUTHORS_LOOKED_AT, attentionHalfLives, recentHours, upvoteHalfLives, type PaperSignals, type TrackRecord } from './signals.js';

const noVotes = upvoteHalfLives.map(() => 0);
const noneLately = recentHours.map(() => 0);
const noAttention = attentionHalfLives.map(() => 0);

/** Reads a paper's signals from the state at a moment. `state.decayed` must be fresh. A paper that is not live reads as one of which nothing is known. */
export const paperSignals = (state: StateParts, paper: number, now: EpochMs): PaperSignals => {
  const facts = state.papers.factsOf(paper);
  const decayed = state.decayed.at(paper, now);
  const upvotesTotal = decayed?.upvotesTotal ?? 0;
  const recordOf = (entity: number | undefined, ownVotes: number): TrackRecord | null =>
    entity === undefined || entity < 0 ? null : state.records.without(state.entities.canonicalOf(entity), ownVotes);
  const ownVotes = upvotesTotal + (facts?.upvotes ?? 0);
  return {
    upvotes: decayed?.upvotes ?? noVotes,
    recentUpvotes: decayed?.recentUpvotes ?? noneLately,
    opens: decayed?.opens ?? noAttention,
    comments: decayed?.comments ?? noAttention,
    upvotesTotal,
    ageHours: facts === null ? 0 : ageHoursOf(facts, now),
    sourceUpvotes: facts?.upvotes ?? 0,
    sourceComments: facts?.comments ?? 0,
    organization: recordOf(facts?.organization, ownVotes),
    submitter: recordOf(facts?.submitter, ownVotes),
    codeOwner: recordOf(facts?.codeOwner, ownVotes),
    authors: (facts?.authors ?? [])
      .slice(0, AUTHORS_LOOKED_AT)
      .map((author) => state.records.without(state.entities.canonicalOf(author), ownVotes)),
    hasCode: facts?.hasCode ?? false,
    stars: facts === null || facts.stars < 0 ? null : facts.stars,
    authorCount: facts?.authorCount ?? 0,
  };
};
