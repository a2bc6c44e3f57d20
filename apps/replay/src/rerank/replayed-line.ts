import type { FeedServedData } from '#contracts';
import type { ReplayedRequest, ServedSlate } from '../files/run-files.js';
import { likenessOf, type StateFaults } from './likeness.js';
import type { Ranker } from './ranker.js';
import { rebuilt } from './rebuilt-request.js';

const servedSlateOf = ({ model, configHash, degraded, slots }: FeedServedData): ServedSlate => ({
  model: { ...model },
  configHash,
  degraded: [...degraded],
  slots: slots.map(({ paperId, score, propensity, source, features }) => ({
    paperId,
    score,
    propensity,
    source,
    ...(features === undefined ? {} : { features: [...features] }),
  })),
});

/** Ranks a served request again and compares. `ranker` must stand at the request's moment. */
export const rankedAgain = async (ranker: Ranker, live: FeedServedData, faults: StateFaults): Promise<ReplayedRequest> => {
  const { request, moment } = rebuilt(live);
  const [a, b] = await ranker.rank(request, moment, live.arm);
  if (a === undefined) throw new RangeError('there is no side to rank with');
  return {
    requestId: live.requestId,
    at: new Date(moment.now).toISOString(),
    surface: live.surface,
    ...(live.readerRef === undefined ? {} : { readerRef: live.readerRef }),
    arm: live.arm,
    history: ranker.historyOf(live.readerRef),
    served: servedSlateOf(live),
    a: a.slate,
    ...(b === undefined ? {} : { b: b.slate }),
    same: likenessOf({ live, again: a.served, configHash: a.slate.configHash, faults }),
  };
};
