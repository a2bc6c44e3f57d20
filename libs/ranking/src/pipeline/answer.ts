import type { FeedServedData, Positions, RankAnswer, RankedItem, RankRequest } from '#contracts';
import { seededRandom } from '../evaluation/random.js';
import type { RankingConfig } from './ranking-config.js';
import type { RankOutcome } from './rank-outcome.js';
import { reasonsFor } from './reasons.js';
import type { StageRunner } from './runner.js';
import type { RankQuery, Scored, Scores, Slot } from './stages.js';

/** Longest list of features that a served record may carry. */
const MAX_LOGGED_FEATURES = 256;

/** A finished ranking, before it is put into words. */
export interface Ranking {
  readonly query: RankQuery;
  readonly scores: Scores;
  readonly shown: readonly Slot<Scored>[];
  readonly rest: readonly Slot<Scored>[];
  /** For the shown ones, in order; null when not asked for, or no time was left. */
  readonly explanation: Awaited<ReturnType<Scores['explain']>> | null;
  /** Candidates before filters. */
  readonly found: number;
  readonly starting: boolean;
}

export interface Provenance {
  readonly config: RankingConfig;
  readonly configHash: string;
  readonly positions: Positions;
  readonly models: Readonly<Record<string, string>>;
}

/** The answer for the caller, the record for `feed.served.v1`, and what each stage did. */
export const answerOf = (ranking: Ranking, runner: StageRunner, { config, configHash, positions, models }: Provenance): RankOutcome => {
  const { query, scores, shown, rest, found } = ranking;
  const { request, now, seed } = query;
  const items = shown.map((slot, place) => itemOf(ranking, slot, place));
  const asOf = new Date(now).toISOString();
  const degraded = [...runner.degraded].sort();
  const answer: RankAnswer = {
    requestId: request.requestId,
    asOf,
    model: { ...scores.model },
    arm: config.arm,
    degraded,
    items,
    rest: rest.map(({ item }) => idOf(query, item)),
    counts: { candidates: found, dropped: { ...runner.dropped } },
  };
  const logsFeatures = request.explain || seededRandom(seed ^ 0x5eed)() < config.featureSampleRate;
  const served: FeedServedData = {
    requestId: request.requestId,
    surface: request.surface,
    ...(request.readerRef === undefined ? {} : { readerRef: request.readerRef }),
    model: { ...scores.model },
    models: { ...models },
    arm: config.arm,
    configHash,
    asOf,
    positions: { ...positions },
    seed,
    query: loggedQuery(request),
    degraded,
    slots: shown.map(({ item, propensity }, place) => ({
      paperId: idOf(query, item),
      score: item.score,
      propensity,
      source: items[place]!.source,
      reasons: items[place]!.reasons.map(({ kind }) => kind),
      ...(logsFeatures && scores.features.length > 0 ? { features: featuresOf(scores, item).slice(0, MAX_LOGGED_FEATURES) } : {}),
    })),
  };
  return { answer, served, stages: runner.reports };
};

const itemOf = (ranking: Ranking, { item, propensity, drawn }: Slot<Scored>, place: number): RankedItem => {
  const { query, scores, explanation, starting } = ranking;
  const { candidate, score } = item;
  const { state, request } = query;
  const facts = state.papers.factsOf(candidate.paper);
  return {
    paperId: idOf(query, item),
    score,
    source: drawn ? 'exploration' : (candidate.findings[0]?.source ?? 'pinned'),
    sources: candidate.findings.map(({ source }) => source).sort(),
    reasons: reasonsFor(query, candidate, { explored: drawn, starting }),
    propensity,
    upvotes: (facts?.upvotes ?? 0) + state.decayed.upvotesOf(candidate.paper),
    comments: (facts?.comments ?? 0) + state.decayed.commentsOf(candidate.paper),
    ...(request.explain
      ? { features: Object.fromEntries(featuresOf(scores, item).map((value, column) => [scores.features[column]!, value])) }
      : {}),
    ...(explanation === null ? {} : { baseline: explanation.baseline, contributions: { ...explanation.contributions[place]! } }),
  };
};

const featuresOf = ({ rows, features }: Scores, { row }: Scored): number[] => [
  ...rows.subarray(row * features.length, (row + 1) * features.length),
];

/** Written from a PaperId in the first place. */
const idOf = ({ state }: RankQuery, { candidate }: Scored): RankedItem['paperId'] =>
  state.papers.idOf(candidate.paper) as RankedItem['paperId'];

/** What the reader asked for, without what the record says elsewhere. */
const loggedQuery = ({ period, topic, org, paperId, query, limit, exclude, pinned, explain }: RankRequest): Record<string, unknown> => ({
  period,
  limit,
  ...(exclude.length === 0 ? {} : { exclude }),
  ...(pinned === undefined ? {} : { pinned }),
  ...(topic === undefined ? {} : { topic }),
  ...(org === undefined ? {} : { org }),
  ...(paperId === undefined ? {} : { paperId }),
  ...(query === undefined ? {} : { query }),
  ...(explain ? { explain } : {}),
});
