import type { EpochMs } from '#contracts';
import { actionCodes } from './action-codes.js';
import { BucketCounts } from './bucket-counts.js';
import { DecayedCounts, type DecayedPaper } from './decayed-counts.js';

/** When each of a paper's votes and comments was cast, ascending. */
export interface DatedActions {
  readonly upvotes: ArrayLike<EpochMs>;
  readonly comments: ArrayLike<EpochMs>;
}

/**
 * What the fold would hold at `now` of papers whose votes and comments came at these times: the same buckets, the same sums. For training and judging on the history of a site
 * that tells when its votes came but not whose they were; each paper's answer stands in its place.
 *
 * @throws RangeError an action is later than `now`: nobody can know it yet.
 */
export const decayedCountsAt = (papers: readonly DatedActions[], now: EpochMs): readonly DecayedPaper[] => {
  const counts = new BucketCounts();
  counts.advance(now);
  const decayed = new DecayedCounts(counts);
  papers.forEach((actions, paper) => {
    fold(counts, paper, actions, now);
    decayed.touch(paper);
  });
  decayed.refresh(now);
  return papers.map((_, paper) => decayed.at(paper, now)!); // each was touched, so each has a row
};

/** In time order, which is the cheap one for buckets: nearly every action falls into the newest. */
const fold = (counts: BucketCounts, paper: number, { upvotes, comments }: DatedActions, now: EpochMs): void => {
  let comment = 0;
  for (let vote = 0; vote < upvotes.length; vote++) {
    while (comment < comments.length && comments[comment]! <= upvotes[vote]!)
      add(counts, paper, actionCodes.comment, comments[comment++]!, now);
    add(counts, paper, actionCodes.upvote, upvotes[vote]!, now);
  }
  while (comment < comments.length) add(counts, paper, actionCodes.comment, comments[comment++]!, now);
};

const add = (counts: BucketCounts, paper: number, action: number, time: EpochMs, now: EpochMs): void => {
  if (time > now) throw new RangeError(`an action of ${new Date(time).toISOString()} can not be known at ${new Date(now).toISOString()}`);
  counts.add(paper, action, time, 1);
};
