import { rankRequestSchema, type FeedServedData, type RankRequest } from '#contracts';
import type { RankMoment } from '#ranking';

/** Name in `degraded` for the reader's own last writes not being in the answer yet: the positions say that already, and no part of the pipeline is called so. */
const BEHIND = 'behind';
/** A replay has all the time it needs; the schema asks for a number. */
const BUDGET_MS = 60_000;

/** A request as it can be asked again. */
export interface Rebuilt {
  readonly request: RankRequest;
  readonly moment: RankMoment;
}

/**
 * The request that a served record tells of, asked at its moment, without the parts that the live answer did without. Lists of ids that were cut off the
 * record to fit the log (`query.cut`) are missing. Explanations are left out: they cost as much as the ranking and change nothing.
 *
 * @throws ZodError the record was written by other code than ours.
 */
export const rebuilt = ({ requestId, surface, readerRef, asOf, seed, query, degraded }: FeedServedData): Rebuilt => ({
  request: rankRequestSchema.parse({ ...query, requestId, surface, readerRef, explain: false, budgetMs: BUDGET_MS }),
  moment: {
    now: Date.parse(asOf),
    seed,
    remainingMs: () => Infinity,
    without: new Set(degraded.filter((part) => part !== BEHIND)),
  },
});
