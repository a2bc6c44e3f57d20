import { rankRequestSchema, type EpochMs, type Positions, type RankRequest } from '#contracts';
import { seedOf, rankingConfigHash, type RankMoment } from '#ranking';
import { UsageError } from '../cli/command.js';
import { foldedPartitions } from '../fold/folded-partitions.js';
import { PaperVectors } from '../fold/paper-vectors.js';
import { PositionsFold } from '../fold/positions-fold.js';
import { likenessOf } from '../rerank/likeness.js';
import type { Side } from '../rerank/engine-types.js';
import type { OpenRanking } from '../rerank/ranking-with.js';
import { rebuilt } from '../rerank/rebuilt-request.js';
import { ServedIndex } from '../rerank/served-index.js';
import { faultsAt, walkServed } from '../rerank/served-walk.js';
import type { StreamSource } from '../stream/stream.js';
import type { DroppedPaper, ExplainedItem, Explanation, Moved, PaperStanding } from './explanation.js';
import { look, type Look } from './look.js';
import { titlesOf } from './titles.js';

export interface ExplainParts {
  readonly source: StreamSource;
  readonly open: OpenRanking;
  /** A paper to be told of, shown or not. */
  readonly paper: string | null;
  readonly signal: AbortSignal;
  /** Records folded so far. */
  progress?(records: number): void;
}

/** An answer to be explained: one that was served, or one that a reader would have got. */
export type Question =
  | { readonly kind: 'served'; readonly requestId: string }
  | { readonly kind: 'reader'; readonly readerRef: string; readonly at: EpochMs; readonly surface: string; readonly limit: number };

interface Found {
  readonly then: Look;
  readonly now: Look;
  readonly until: EpochMs;
  readonly served: Explanation['served'];
}

/**
 * Why an answer was what it was: the state is folded to what was known then, ranked again and looked into; then the fold goes on to the end of the source,
 * to tell what has changed since. Null when it was interrupted.
 * @throws {UsageError} there is no such request in the source.
 */
export const explain = async (question: Question, parts: ExplainParts): Promise<Explanation | null> => {
  const found = question.kind === 'served' ? await foundServed(question.requestId, parts) : await foundForReader(question, parts);
  return found === null ? null : told(question, found, parts);
};

const foldedSoFar = ({ progress }: ExplainParts): { folded: (records: number) => void } => {
  let records = 0;
  return { folded: (more) => progress?.((records += more)) };
};

const foundServed = async (requestId: string, parts: ExplainParts): Promise<Found | null> => {
  const { source, signal } = parts;
  const { earliest: from, end: to } = await source.bounds();
  const index = await ServedIndex.read({
    source,
    range: { from, to },
    keep: (asked) => asked.requestId === requestId,
    seen: () => undefined,
    signal,
  });
  if (index === null) return null;
  const places = index.inChains();
  const [passedOver] = index.notRanked.filter((each) => each.requestId === requestId);
  if (passedOver !== undefined)
    throw new UsageError(`--request ${requestId}: can not be asked again: ${passedOver.says} (${passedOver.at})`);
  if (places.length === 0) throw new UsageError(`--request ${requestId}: is not among the answers that the source holds`);
  let found: Found | null = null;
  const ranking = await parts.open(index.named);
  const walk = {
    source,
    range: { from, to },
    start: ranking.start,
    vectors: new PaperVectors(ranking.encoder),
    signal,
    ...foldedSoFar(parts),
  };
  await walkServed(walk, places, async ({ data }, fold) => {
    const { request, moment } = rebuilt(data);
    const side = ranking.sideOf(data);
    const then = await look(fold.state, side, request, moment);
    const faults = faultsAt(fold, data.positions);
    const configHash = rankingConfigHash({ ...side.config, arm: data.arm });
    const served = likenessOf({ live: data, again: then.served, configHash, faults });
    found = await untilNow(fold, to, side, request, moment, { then, served });
  });
  return found;
};

const foundForReader = async (question: Extract<Question, { kind: 'reader' }>, parts: ExplainParts): Promise<Found | null> => {
  const { source, signal } = parts;
  const { end } = await source.bounds();
  const ranking = await parts.open([]);
  const side = ranking.sideOf(null);
  const fold = await PositionsFold.begin({
    source,
    start: ranking.start,
    vectors: new PaperVectors(ranking.encoder),
    signal,
    ...foldedSoFar(parts),
  });
  try {
    if (!(await fold.advance(await positionsAt(source, question.at)))) return null;
    const requestId = `explain-${question.at}`;
    const request = rankRequestSchema.parse({
      requestId,
      surface: question.surface,
      readerRef: question.readerRef,
      limit: question.limit,
      budgetMs: 1,
    });
    const moment: RankMoment = { now: question.at, seed: seedOf(requestId), remainingMs: () => Infinity };
    const then = await look(fold.state, side, request, moment);
    return await untilNow(fold, end, side, request, moment, { then, served: null });
  } finally {
    await fold.close();
  }
};

/** What the log had taken by then. */
const positionsAt = async (source: StreamSource, at: EpochMs): Promise<Positions> => {
  const topics = [...new Set(foldedPartitions.map(({ topic }) => topic))];
  return Object.assign({}, ...(await Promise.all(topics.map((topic) => source.offsetsAt(topic, at))))) as Positions;
};

const untilNow = async (
  fold: PositionsFold,
  end: Positions,
  side: Side,
  request: RankRequest,
  moment: RankMoment,
  found: Pick<Found, 'then' | 'served'>,
): Promise<Found | null> => {
  if (!(await fold.advance(end))) return null;
  const until = Math.max(moment.now, fold.state.stats.watermark);
  return { ...found, until, now: await look(fold.state, side, request, { ...moment, now: until }) };
};

const told = async (question: Question, { then, now, until, served }: Found, { source, paper }: ExplainParts): Promise<Explanation> => {
  const { answer, seen, dropped } = then;
  const ids = [...answer.items, ...now.answer.items, ...dropped].map(({ paperId }): string => paperId);
  const titles = await titlesOf(source, new Set([...ids, ...(paper === null ? [] : [paper])]));
  const titleOf = (id: string): string | null => titles.get(id) ?? null;
  return {
    requestId: question.kind === 'served' ? question.requestId : null,
    at: answer.asOf,
    surface: then.served.surface,
    readerRef: then.served.readerRef ?? null,
    arm: answer.arm,
    model: answer.model,
    degraded: answer.degraded,
    history: then.history,
    served,
    items: answer.items.map((item, place) => itemOf(item, place, then, titleOf)),
    candidates: seen.candidates.length,
    droppedBy: answer.counts.dropped,
    dropped: dropped.map((each): DroppedPaper => ({ ...each, title: titleOf(each.paperId) })),
    paper: paper === null ? null : paperOf(paper, then, titleOf),
    since: {
      until: new Date(until).toISOString(),
      papers: now.papers - then.papers,
      interactions: now.interactions - then.interactions,
      moved: movedOf(then, now, titleOf),
      paper: paper === null ? null : paperOf(paper, now, titleOf),
    },
  };
};

const sourcesOf = ({ seen }: Look, paperId: string): Readonly<Record<string, number>> =>
  seen.candidates.find((candidate) => candidate.paperId === paperId)?.sources ?? {};

const itemOf = (
  item: Look['answer']['items'][number],
  place: number,
  then: Look,
  titleOf: (id: string) => string | null,
): ExplainedItem => ({
  place,
  paperId: item.paperId,
  title: titleOf(item.paperId),
  score: item.score,
  source: item.source,
  sources: sourcesOf(then, item.paperId),
  reasons: item.reasons.map(({ text }) => text),
  upvotes: item.upvotes,
  features: item.features ?? {},
  contributions: item.contributions ?? {},
  baseline: item.baseline ?? null,
});

const paperOf = (paperId: string, { seen, dropped, answer }: Look, titleOf: (id: string) => string | null): PaperStanding => {
  const row = seen.candidates.findIndex((candidate) => candidate.paperId === paperId);
  const title = titleOf(paperId);
  if (row < 0) {
    const drop = dropped.find((each) => each.paperId === paperId);
    return {
      paperId,
      title,
      place: null,
      filter: drop?.filter ?? null,
      score: null,
      sources: drop?.sources ?? {},
      features: {},
      contributions: {},
    };
  }
  const score = seen.scores[row]!;
  // Equal scores go by id, as in the ranking.
  const better = seen.candidates.filter(
    (other, at) => seen.scores[at]! > score || (seen.scores[at] === score && other.paperId < paperId),
  ).length;
  const features = Object.fromEntries(seen.features.map((name, column) => [name, seen.rows[row * seen.features.length + column]!]));
  const contributions = answer.items.find((item) => item.paperId === paperId)?.contributions ?? {};
  return { paperId, title, place: better, filter: null, score, sources: seen.candidates[row]!.sources, features, contributions };
};

/** Papers of either answer whose place or upvotes are others now, in the order of then; those that are new come last. */
const movedOf = (then: Look, now: Look, titleOf: (id: string) => string | null): readonly Moved[] => {
  const before = new Map(then.answer.items.map((item, place) => [item.paperId as string, { item, place }]));
  const after = new Map(now.answer.items.map((item, place) => [item.paperId as string, { item, place }]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((paperId): Moved[] => {
    const [a, b] = [before.get(paperId), after.get(paperId)];
    if (a?.place === b?.place && a?.item.upvotes === b?.item.upvotes) return [];
    return [
      {
        paperId,
        title: titleOf(paperId),
        then: a?.place ?? null,
        now: b?.place ?? null,
        upvotesThen: a?.item.upvotes ?? null,
        upvotesNow: b?.item.upvotes ?? null,
      },
    ];
  });
};
