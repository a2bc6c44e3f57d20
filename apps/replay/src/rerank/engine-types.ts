import type { Action, EpochMs, FeedServed, PaperId, Positions, Surface } from '#contracts';
import type { PaperEncoder, RankingConfig, RankingState, RowScorer } from '#ranking';
import type { Accrual, Outcome, ReplayedPaper, ReplayedRequest, StreamSummary, Trend } from '../files/run-files.js';
import type { RecordSource } from '../fold/record-source.js';
import type { NotRanked } from './not-ranked.js';

/** One way to rank: what `--model` and `--config` name. */
export interface Side {
  readonly name: 'a' | 'b';
  readonly trending: RowScorer;
  readonly personal: RowScorer;
  /** `arm` is that of the request where a request has one; the share of logged features plays no part. */
  readonly config: RankingConfig;
}

/**
 * What is known at a moment.
 * `recorded`: what the live system knew: the positions that the served record names; where there are none, what was recorded before the moment.
 * `event`: everything that had happened before the moment, also what came in later: a what-if.
 * `by`: only what was recorded before `by`, placed by when it happened.
 */
export type AsOf = { readonly kind: 'recorded' } | { readonly kind: 'event' } | { readonly kind: 'by'; readonly by: EpochMs };

/** Where the fold begins: nothing folded, or a snapshot. `make` gives a new state each time, since each chain of requests folds its own. */
export interface StartState {
  make(): RankingState;
  /** Next offsets that the state goes on from; a partition that is not named begins at its earliest record. */
  readonly positions: Positions;
}

/** A request as `keep` sees it, before anything is ranked. */
export interface AskedRequest {
  readonly requestId: string;
  readonly at: EpochMs;
  readonly surface: Surface;
  readonly readerRef: string | undefined;
  readonly arm: string;
  /** The served record; null at `interactions`. */
  readonly served: FeedServed | null;
  /** What the reader is about to choose; null at `served`. */
  readonly chosen: { readonly paperId: PaperId; readonly action: Action } | null;
}

/** Place of a request in the engine's own order, from 0, over all kept requests: the same source, range and options give the same. */
export type Cursor = number;

export interface EngineOptions {
  readonly source: RecordSource;
  /**
   * The replayed stretch, next offsets. Requests are those of `feed.served.v1` in it; outcomes, trends, accrual and the summary are of its interactions.
   * What lies between `start.positions` and `from` is folded and not told of.
   */
  readonly range: { readonly from: Positions; readonly to: Positions };
  readonly start: StartState;
  /** Of both sides: its vectors are in the state. `start.make()` must have been made for it. */
  readonly encoder: PaperEncoder;
  /** One or two; side a is compared with what was served. None only with `at: 'none'`, which then has no trends. */
  readonly sides: readonly Side[];
  readonly asOf: AsOf;
  readonly at: 'served' | 'interactions' | 'none';
  keep(request: AskedRequest): boolean;
  /** Seeds what a request that was never served leaves to chance. */
  readonly seed: number;
  /** How long after its request an interaction counts as its outcome. */
  readonly outcomeHours: number;
  /** Of several workers, this one ranks request k when `k % of === index`. All fold everything. */
  readonly share?: { readonly index: number; readonly of: number };
  /** Requests up to and including this one were ranked before; none when null. */
  readonly after?: Cursor | null;
  /** Papers that those slates name. */
  readonly named?: ReadonlySet<string>;
}

export interface EngineProgress {
  /** Records folded, over all passes, and how many there will be as far as is known. */
  readonly records: number;
  readonly ofRecords: number;
  /** Requests of this share that are done. */
  readonly requests: number;
  readonly ofRequests: number | null;
}

export interface EngineSummary {
  readonly accrual: Iterable<Accrual>;
  /** Papers that a slate of this share, a trend or an outcome names. */
  readonly papers: Iterable<ReplayedPaper>;
  readonly stream: StreamSummary;
  /** `hash()` of the state after everything in the range. */
  readonly stateHash: string;
  /** See `Manifest.streamHash`. */
  readonly streamHash: string;
  /** Event times of the first and last record of the range, RFC 3339. */
  readonly span: { readonly first: string | null; readonly last: string | null };
  readonly counts: {
    /** By topic, and requests kept: equal in every worker. */
    readonly folded: Readonly<Record<string, number>>;
  };
  /** Examples of served records that can not be ranked again; absent where there are none. */
  readonly notRanked?: readonly NotRanked[];
}

/** Where results go. What returns a promise is waited for before the engine goes on: that is what bounds memory. */
export interface EngineSink {
  /** In the engine's order: chain by chain, not by time. */
  request(line: ReplayedRequest, cursor: Cursor): void | Promise<void>;
  /** By time; from the beginning after a resume, and the same from every worker. */
  trend(trend: Trend): void | Promise<void>;
  /** In order of the log's time, of all kept requests; from the beginning after a resume, and the same from every worker. */
  outcome(outcome: Outcome): void | Promise<void>;
  /** Now and then. */
  progress?(progress: EngineProgress): void;
  done(summary: EngineSummary): void | Promise<void>;
}
