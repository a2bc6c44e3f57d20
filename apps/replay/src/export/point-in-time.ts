import type { FeedServed, Positions } from '#contracts';
import type { StoredRecord } from '#event-log';
import { createRankPipeline, drawBelow, seededRandom, seedOf, type CandidateRows, type RankingState, type RankPipeline } from '#ranking';
import { PaperVectors } from '../fold/paper-vectors.js';
import type { RecordSource } from '../fold/record-source.js';
import type { AskedRequest, Side } from '../rerank/engine-types.js';
import type { OpenRanking } from '../rerank/ranking-with.js';
import { rebuilt } from '../rerank/rebuilt-request.js';
import { ServedIndex } from '../rerank/served-index.js';
import { walkServed } from '../rerank/served-walk.js';
import { Labels } from './labels.js';
import { featureColumns, type TrainingRow } from './training-row.js';

export interface PointInTime {
  readonly source: RecordSource;
  readonly range: { readonly from: Positions; readonly to: Positions };
  /** Its models' features are the columns; its scores are not exported. */
  readonly open: OpenRanking;
  keep(request: AskedRequest): boolean;
  readonly outcomeHours: number;
  /** Candidates of each answer that were not shown and have rows too, drawn evenly by the seed; 0 = none. */
  readonly unshown: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Told of each served record and interaction of the range once. */
  readonly seen?: (record: StoredRecord) => void;
  /** Told of what was passed over, once it is known. */
  readonly indexed?: (index: ServedIndex) => void;
  /** Requests done, and how many there are. */
  progress?(done: number, total: number): void;
}

const HOUR_MS = 3_600_000;

/** Stage times are of no interest here. */
const stopwatch = (): number => 0;

/**
 * Rows to train on: for each paper that was shown, the features that the ranker computed at that moment, made again from the records that it had
 * folded then and no others, and what the reader did on it afterwards. What came in later, however old it says it is, is in no feature.
 * Rows come replica by replica, in the order of the answers and of their slots: the same stretch gives the same rows.
 * Out: false when it was interrupted.
 */
export const pointInTimeRows = async (parts: PointInTime, write: (row: TrainingRow) => Promise<void>): Promise<boolean> => {
  const { source, range, keep, outcomeHours, signal, seen = () => undefined } = parts;
  const index = await ServedIndex.read({ source, range, keep, seen, signal });
  if (index === null) return false;
  parts.indexed?.(index);
  const labels = await Labels.read({ source, range, asked: index.asked, withinMs: outcomeHours * HOUR_MS, seen, signal });
  if (labels === null) return false;
  const ranking = await parts.open(index.named);
  const pipelines = new Pipelines();
  let done = 0;
  const walk = { source, range, start: ranking.start, vectors: new PaperVectors(ranking.encoder), signal };
  return walkServed(walk, index.inChains(), async (served, { state }) => {
    const pipeline = pipelines.of(state, ranking.sideOf(served.data));
    const { request, moment } = rebuilt(served.data);
    const seen = await pipeline.inspect(request, moment);
    for (const row of rowsOf(served, request.period, seen, labels)) await write(row);
    for (const row of unshownRows(served, request.period, seen, parts)) await write(row);
    parts.progress?.((done += 1), index.asked.size);
  });
};

/** A pipeline for each state and side. */
class Pipelines {
  readonly #ofState = new WeakMap<RankingState, Map<Side, RankPipeline>>();

  of(state: RankingState, side: Side): RankPipeline {
    const known = this.#ofState.get(state) ?? new Map<Side, RankPipeline>();
    this.#ofState.set(state, known);
    const { trending, personal, config } = side;
    const pipeline = known.get(side) ?? createRankPipeline({ state, trending, personal, config, stopwatch });
    known.set(side, pipeline);
    return pipeline;
  }
}

/** What all rows of an answer say. */
const answerColumns = (data: FeedServed['data'], period: string) => ({
  requestId: data.requestId,
  at: new Date(data.asOf).toISOString(),
  readerRef: data.readerRef ?? null,
  surface: data.surface,
  period,
  arm: data.arm,
});

const rowsOf = ({ data }: FeedServed, period: string, seen: CandidateRows, labels: Labels): readonly TrainingRow[] => {
  const rowOf = new Map(seen.candidates.map(({ paperId }, row) => [paperId, row]));
  const ofAnswer = answerColumns(data, period);
  return data.slots.map(({ paperId, propensity, source }, position) => ({
    ...ofAnswer,
    position,
    paperId,
    source,
    propensity,
    seen: labels.wasSeen(data.requestId, paperId) ? 1 : 0,
    label: labels.of(data.requestId, paperId),
    features: featuresOf(seen, rowOf.get(paperId)),
  }));
};

/** In the order of the draw, which is by the seed and the request alone. */
const unshownRows = ({ data }: FeedServed, period: string, seen: CandidateRows, { unshown, seed }: PointInTime): readonly TrainingRow[] => {
  if (unshown === 0) return [];
  const ofAnswer = answerColumns(data, period);
  const shown = new Set<string>(data.slots.map(({ paperId }) => paperId));
  const left = seen.candidates.map(({ paperId, sources }, row) => ({ paperId, sources, row })).filter(({ paperId }) => !shown.has(paperId));
  const random = seededRandom(seedOf(`${seed} ${data.requestId}`));
  const drawn = Array.from({ length: Math.min(unshown, left.length) }, () => left.splice(drawBelow(random, left.length), 1)[0]!);
  return drawn.map(({ paperId, sources, row }) => ({
    ...ofAnswer,
    position: null,
    paperId,
    source: bestSource(sources),
    propensity: null,
    seen: 0,
    label: 0,
    features: featuresOf(seen, row),
  }));
};

/** The source that ranked it highest, as a shown one says; the first by name among equals. */
const bestSource = (sources: Readonly<Record<string, number>>): string =>
  Object.entries(sources).sort(([one, a], [two, b]) => a - b || (one < two ? -1 : 1))[0]?.[0] ?? '';

const featuresOf = ({ features, rows }: CandidateRows, row: number | undefined): readonly (number | null)[] => {
  if (row === undefined) return featureColumns.map(() => null);
  const columnOf = new Map(features.map((name, column) => [name, column]));
  return featureColumns.map((name) => {
    const column = columnOf.get(name);
    return column === undefined ? null : (rows[row * features.length + column] ?? null);
  });
};
