import {
  parseWith,
  rankRequestSchema,
  type EpochMs,
  type FeedServedData,
  type RankAnswer,
  type RankRefusal,
  type RankRequest,
} from '#contracts';
import { seedOf, type RankMoment, type RankOutcome } from '#ranking';
import type { FoldProgress } from '../consume/progress.js';
import type { Admission } from './admission.js';
import { Deadline, type MonotonicMs } from './deadline.js';
import { DeadlineExceeded, InvalidRankRequest, RankerNotReady, refusalOf } from './refusal.failure.js';

/** Whether this replica takes requests, or the word for why not. */
export type Phase = 'starting' | 'catching up' | 'serving' | 'stopping';

/** The pipeline of one arm. */
export interface RankPipeline {
  rank(request: RankRequest, moment: RankMoment): Promise<RankOutcome>;
}

/** Which models serve a reader: runs `work` with the pipeline of the reader's arm. */
export interface Pipelines {
  use<T>(readerRef: string | undefined, work: (pipeline: RankPipeline) => Promise<T>): Promise<T>;
}

export interface RankObserver {
  answered(request: RankRequest, outcome: RankOutcome, seconds: number): void;
  /** `surface` is null when the request could not be read. */
  refused(surface: RankRequest['surface'] | null, refusal: RankRefusal['refused'], error: unknown, seconds: number): void;
}

export interface RankSlateParts {
  readonly pipelines: Pipelines;
  readonly admission: Admission;
  readonly progress: Pick<FoldProgress, 'waitFor'>;
  readonly phase: () => Phase;
  readonly now: () => EpochMs;
  readonly monotonic: MonotonicMs;
  /** Most of the budget that is spent waiting for the reader's own writes: the rest must be enough to rank. */
  readonly waitShare: number;
  readonly observer: RankObserver;
  /** Side effect, called when the answer is ready to go; must not throw and must not work now. */
  readonly served: (served: FeedServedData, at: EpochMs) => void;
}

/** Name in `degraded` when the reader's own last writes are not in the answer. */
export const BEHIND = 'behind';

/**
 * Answers one `Rank` request, in this order: read it, be ready, have room, wait for the reader's own writes, wait for a turn, rank.
 * Whatever can refuse comes before whatever costs; a request whose time is over is dropped before the work, not after.
 * Never throws: every outcome is an answer or a refusal with a code.
 */
export class RankSlate {
  constructor(private readonly parts: RankSlateParts) {}

  async answer(payload: unknown): Promise<RankAnswer | RankRefusal> {
    const startedAt = this.parts.monotonic();
    let surface: RankRequest['surface'] | null = null;
    try {
      const request = this.read(payload);
      surface = request.surface;
      const deadline = Deadline.after(request.budgetMs, this.parts.monotonic, startedAt);
      return await this.admitted(request, deadline, startedAt);
    } catch (error) {
      const refusal = refusalOf(error);
      this.parts.observer.refused(surface, refusal.refused, error, this.secondsSince(startedAt));
      return refusal;
    }
  }

  private read(payload: unknown): RankRequest {
    const parsed = parseWith(rankRequestSchema, payload);
    if (!parsed.ok) throw new InvalidRankRequest(parsed.problems);
    return parsed.value;
  }

  private async admitted(request: RankRequest, deadline: Deadline, startedAt: number): Promise<RankAnswer> {
    const { admission, phase } = this.parts;
    if (phase() !== 'serving') throw new RankerNotReady(phase());
    const place = admission.enter();
    try {
      // Before the turn and not in it: a reader who waits for a fold must not keep others from working meanwhile.
      const folded = await this.ownWritesFolded(request, deadline);
      if (!(await place.turn(deadline)) || deadline.passed) throw new DeadlineExceeded(request.budgetMs);
      const at = this.parts.now();
      const outcome = saying(folded ? [] : [BEHIND], await this.rank(request, deadline, at));
      this.parts.observer.answered(request, outcome, this.secondsSince(startedAt));
      // What nobody saw is no exposure: recorded, it would bias every estimate made from the served log.
      if (request.shown !== false) this.parts.served(outcome.served, at);
      return outcome.answer;
    } finally {
      place.leave();
    }
  }

  private ownWritesFolded({ after }: RankRequest, deadline: Deadline): Promise<boolean> | boolean {
    return after === undefined || this.parts.progress.waitFor(after, deadline.remainingMs() * this.parts.waitShare);
  }

  private rank(request: RankRequest, deadline: Deadline, now: EpochMs): Promise<RankOutcome> {
    const moment = { now, seed: seedOf(request.requestId), remainingMs: () => deadline.remainingMs() };
    return this.parts.pipelines.use(request.readerRef, (pipeline) => pipeline.rank(request, moment));
  }

  private secondsSince(startedAt: number): number {
    return (this.parts.monotonic() - startedAt) / 1000;
  }
}

/** The same outcome, saying in the answer and in its record what more it lacks. */
const saying = (missing: readonly string[], { answer, served, stages }: RankOutcome): RankOutcome => ({
  answer: { ...answer, degraded: [...answer.degraded, ...missing] },
  served: { ...served, degraded: [...served.degraded, ...missing] },
  stages,
});
