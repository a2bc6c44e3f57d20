import { parseWith, rankRequestSchema, type FeedServedData, type RankRequest } from '#contracts';
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

const parsedRequest = ({ requestId, surface, readerRef, query }: FeedServedData) =>
  parseWith(rankRequestSchema, { ...query, requestId, surface, readerRef, explain: false, budgetMs: BUDGET_MS });

/** Why the request that a served record tells of can not be asked again, by field and rule; null when it can. Older and foreign writers may log another query than ours. */
export const whyNotAskable = (data: FeedServedData): string | null => {
  const parsed = parsedRequest(data);
  if (parsed.ok) return null;
  return parsed.problems.map(({ field, rule }) => `query.${field} ${rule}`).join('; ');
};

/**
 * The request that a served record tells of, asked at its moment, without the parts that the live answer did without. Lists of ids that were cut off the
 * record to fit the log (`query.cut`) are missing. Explanations are left out: they cost as much as the ranking and change nothing.
 *
 * @throws RangeError it can not be asked again; `whyNotAskable` tells before.
 */
export const rebuilt = (data: FeedServedData): Rebuilt => {
  const parsed = parsedRequest(data);
  if (!parsed.ok) throw new RangeError(`request ${data.requestId} can not be asked again: ${whyNotAskable(data)}`);
  return {
    request: parsed.value,
    moment: {
      now: Date.parse(data.asOf),
      seed: data.seed,
      remainingMs: () => Infinity,
      without: new Set(data.degraded.filter((part) => part !== BEHIND)),
    },
  };
};
