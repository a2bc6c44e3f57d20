import type { FeedServed, Positions } from '#contracts';
import { createRankPipeline, type CandidateRows, type PaperEncoder, type RankPipeline } from '#ranking';
import { PaperVectors } from '../fold/paper-vectors.js';
import type { RecordSource } from '../fold/record-source.js';
import type { AskedRequest, Side, StartState } from '../rerank/engine-types.js';
import { rebuilt } from '../rerank/rebuilt-request.js';
import { ServedIndex } from '../rerank/served-index.js';
import { walkServed } from '../rerank/served-walk.js';
import { Labels } from './labels.js';
import { featureColumns, type TrainingRow } from './training-row.js';

export interface PointInTime {
  readonly source: RecordSource;
  readonly range: { readonly from: Positions; readonly to: Positions };
  readonly start: StartState;
  readonly encoder: PaperEncoder;
  /** Its models' features are the columns; its scores are not exported. */
  readonly side: Side;
  keep(request: AskedRequest): boolean;
  readonly outcomeHours: number;
  readonly signal: AbortSignal;
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
  const { source, range, start, encoder, keep, outcomeHours, signal } = parts;
  const index = await ServedIndex.read({ source, range, keep, seen: () => undefined, signal });
  if (index === null) return false;
  const labels = await Labels.read({ source, range, asked: index.asked, withinMs: outcomeHours * HOUR_MS, signal });
  if (labels === null) return false;
  const pipelines = new WeakMap<object, RankPipeline>();
  let done = 0;
  return walkServed({ source, range, start, vectors: new PaperVectors(encoder), signal }, index.inChains(), async (served, { state }) => {
    let pipeline = pipelines.get(state);
    if (pipeline === undefined) {
      const { trending, personal, config } = parts.side;
      pipelines.set(state, (pipeline = createRankPipeline({ state, trending, personal, config, stopwatch })));
    }
    const { request, moment } = rebuilt(served.data);
    for (const row of rowsOf(served, request.period, await pipeline.inspect(request, moment), labels)) await write(row);
    parts.progress?.((done += 1), index.asked.size);
  });
};

const rowsOf = ({ data }: FeedServed, period: string, seen: CandidateRows, labels: Labels): readonly TrainingRow[] => {
  const rowOf = new Map(seen.candidates.map(({ paperId }, row) => [paperId, row]));
  return data.slots.map(({ paperId, propensity, source }, position) => ({
    requestId: data.requestId,
    at: new Date(data.asOf).toISOString(),
    readerRef: data.readerRef ?? null,
    surface: data.surface,
    period,
    arm: data.arm,
    position,
    paperId,
    source,
    propensity,
    label: labels.of(data.requestId, paperId),
    features: featuresOf(seen, rowOf.get(paperId)),
  }));
};

const featuresOf = ({ features, rows }: CandidateRows, row: number | undefined): readonly (number | null)[] => {
  if (row === undefined) return featureColumns.map(() => null);
  const columnOf = new Map(features.map((name, column) => [name, column]));
  return featureColumns.map((name) => {
    const column = columnOf.get(name);
    return column === undefined ? null : (rows[row * features.length + column] ?? null);
  });
};
