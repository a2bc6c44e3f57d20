import { z } from 'zod';
import { canonicalJson } from '../files/canonical-json.js';
import { manifestSchema } from '../files/manifest.js';
import {
  accrualSchema,
  outcomeSchema,
  replayedPaperSchema,
  replayedRequestSchema,
  runFiles,
  streamSummarySchema,
  trendSchema,
  type Outcome,
  type ReplayedRequest,
  type Trend,
} from '../files/run-files.js';
import type { Cursor, EngineProgress, EngineSink, EngineSummary } from '../rerank/engine-types.js';
import { PartWriter } from './parts/part-writer.js';
import { slateTallySchema, type SlateTally } from './slate-tally.js';
import type { UnfinishedRun } from './unfinished-run.js';

/** What a worker tells when it is done, beside its part files. */
export const shareSummarySchema = z.object({
  stream: streamSummarySchema,
  stateHash: manifestSchema.shape.stateHash,
  streamHash: manifestSchema.shape.streamHash,
  span: z.object({ first: manifestSchema.shape.range.shape.first, last: manifestSchema.shape.range.shape.last }),
  /** Of records, the same from every worker; of this worker's slates. */
  counts: z.record(z.string(), z.int()),
  slates: slateTallySchema,
});
export type ShareSummary = z.output<typeof shareSummarySchema>;

const requestJson = canonicalJson(replayedRequestSchema);
const outcomeJson = canonicalJson(outcomeSchema);
const paperJson = canonicalJson(replayedPaperSchema);
const trendJson = canonicalJson(trendSchema);
const accrualJson = canonicalJson(accrualSchema);
const summaryJson = canonicalJson(shareSummarySchema);

/** The worker that writes what all workers see. */
const WRITES_SHARED = 0;

export interface ShareSinkParts {
  readonly run: UnfinishedRun;
  /** Number of this worker. */
  readonly share: number;
  /** Of the slates that are there already. */
  readonly tally: SlateTally;
  /** Waits until it is this moment's turn; see `pacer`. */
  readonly pace: (at: number) => Promise<void> | undefined;
  readonly progress: (progress: EngineProgress) => void;
}

/** Writes what the engine finds to the part files of one worker. Slates go on after those of an interrupted run; all else is found again, and written again. */
export class ShareSink implements EngineSink {
  readonly #slates: PartWriter;
  readonly #papers: PartWriter;
  readonly #shared: Readonly<Record<'outcomes' | 'trends' | 'accrual', PartWriter>> | null;

  constructor(private readonly parts: ShareSinkParts) {
    const { run, share } = parts;
    const part = (file: string, mode: 'begin' | 'goOn'): PartWriter => new PartWriter(run.partPath(file, share), mode);
    this.#slates = part(runFiles.slates, 'goOn');
    this.#papers = part(runFiles.papers, 'begin');
    this.#shared =
      share === WRITES_SHARED
        ? { outcomes: part(runFiles.outcomes, 'begin'), trends: part(runFiles.trends, 'begin'), accrual: part(runFiles.accrual, 'begin') }
        : null;
  }

  request(line: ReplayedRequest, cursor: Cursor): Promise<void> | undefined {
    this.parts.tally.add(line);
    this.#slates.write({ key: `${line.at} ${line.requestId}`, cursor, json: requestJson(line) });
    return this.parts.pace(Date.parse(line.at));
  }

  outcome(outcome: Outcome): void {
    const { requestId, at, paperId, action } = outcome;
    this.#shared?.outcomes.write({ key: `${requestId} ${at} ${paperId} ${action}`, json: outcomeJson(outcome) });
  }

  trend(trend: Trend): void {
    this.#shared?.trends.write({ key: trend.at, json: trendJson(trend) });
  }

  progress(progress: EngineProgress): void {
    this.parts.progress(progress);
  }

  done({ accrual, papers, counts, notRanked, stream, ...summary }: EngineSummary): void {
    for (const paper of papers) this.#papers.write({ key: paper.paperId, json: paperJson(paper) });
    for (const line of accrual) this.#shared?.accrual.write({ key: line.paperId, json: accrualJson(line) });
    this.close();
    const { run, share, tally } = this.parts;
    const withExamples = notRanked === undefined ? stream : { ...stream, notRanked: [...notRanked] };
    run.putSummary(share, summaryJson({ ...summary, stream: withExamples, counts: counts.folded, slates: tally.counts }));
  }

  /** Writes out what is still held back. After an interruption as well: what was ranked need not be ranked again. */
  close(): void {
    for (const part of [this.#slates, this.#papers, ...Object.values(this.#shared ?? {})]) part.close();
  }
}
