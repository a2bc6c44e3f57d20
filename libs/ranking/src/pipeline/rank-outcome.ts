import type { EpochMs, FeedServedData, RankAnswer } from '#contracts';

/** What one component did for one request: wall time, and counts by name. Names are a closed set from code. */
export interface StageReport {
  readonly stage: 'source' | 'hydrate' | 'filter' | 'scorer' | 'selector' | 'explain';
  readonly component: string;
  /** When it began, on the stopwatch of the pipeline. */
  readonly began: number;
  readonly ms: number;
  /** Candidates that left the stage; for a source, those it proposed. */
  readonly kept: number;
  readonly dropped: number;
  /** Absent when it ran; else why not. */
  readonly skipped?: 'deadline' | 'failed';
}

export interface RankOutcome {
  readonly answer: RankAnswer;
  /** Ready for `feed.served.v1`; the caller adds the envelope and writes it after the answer is out. */
  readonly served: FeedServedData;
  readonly stages: readonly StageReport[];
}

/** What the core may not ask for itself. */
export interface RankMoment {
  /** Decayed counts and ages are computed for this moment: the ranker's clock, or a replay's as-of. */
  readonly now: EpochMs;
  /** Seeds exploration and sampling: the same seed, state and moment give the same answer. */
  readonly seed: number;
  /** Milliseconds left of the deadline, asked again before every stage that may be skipped. */
  remainingMs(): number;
  /** Components that may be skipped and are to be, as if no time were left for them: a replay does without what the live answer did without. */
  readonly without?: ReadonlySet<string>;
}
