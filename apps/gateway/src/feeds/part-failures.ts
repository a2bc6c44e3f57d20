import { type EpochMs, Failure } from '#contracts';

/** Parts of an answer that can fail while the answer goes on without them. Names of code, never of a request. */
export type AnswerPart = 'feed' | 'counts' | 'hub-trending' | 'hub-search';

/** One failure as it is logged. */
export interface PartFailure {
  readonly part: AnswerPart;
  /** Of a `Failure`, else `UNEXPECTED`: a mistake of ours, or of a library. */
  readonly code: string;
  readonly unexpected: boolean;
  /** Class of the error. */
  readonly error: string;
  /** Where an unexpected one happened, without readers' names. Messages of the others may quote what a reader sent. */
  readonly stack?: string;
  /** Failures of this part and code that were counted and not logged since the last line. */
  readonly unlogged: number;
}

export interface PartFailureEvents {
  counted(part: AnswerPart, code: string): void;
  logged(failure: PartFailure): void;
}

/** While a ranker is away every request fails alike: one line in this time tells it, the counter tells the rest. */
const LOG_INTERVAL_MS = 10_000;
/** Codes come from our classes and from peers; what is no code must not become a label. */
const codePattern = /^[A-Z][A-Z0-9_]{2,59}$/;
const readerPattern = /\br_[A-Za-z0-9_-]{22,43}/g;

/**
 * Tells of parts that failed behind an answer that was given all the same. Without it a mistake of ours would look like an outage of a
 * peer, or like nothing at all.
 */
export class PartFailures {
  private readonly logged = new Map<string, { at: EpochMs; unlogged: number }>();
  /** One computation may be waited for by many: its failure is one. */
  private readonly seen = new WeakSet<object>();

  constructor(
    private readonly events: PartFailureEvents,
    private readonly now: () => EpochMs = Date.now,
  ) {}

  report(part: AnswerPart, error: unknown): void {
    if (error !== null && typeof error === 'object') {
      if (this.seen.has(error)) return;
      this.seen.add(error);
    }
    const code = codeOf(error);
    this.events.counted(part, code);
    const last = this.logged.get(`${part} ${code}`);
    if (last !== undefined && this.now() - last.at < LOG_INTERVAL_MS) {
      last.unlogged += 1;
      return;
    }
    this.logged.set(`${part} ${code}`, { at: this.now(), unlogged: 0 });
    this.events.logged({ part, code, ...facts(error), unlogged: last?.unlogged ?? 0 });
  }
}

const codeOf = (error: unknown): string => {
  if (!(error instanceof Failure)) return 'UNEXPECTED';
  return codePattern.test(error.code) ? error.code : 'OTHER';
};

const facts = (error: unknown): Pick<PartFailure, 'unexpected' | 'error' | 'stack'> => {
  if (error instanceof Failure) return { unexpected: false, error: error.name };
  if (!(error instanceof Error)) return { unexpected: true, error: typeof error };
  return {
    unexpected: true,
    error: error.name,
    ...(error.stack === undefined ? {} : { stack: error.stack.replaceAll(readerPattern, 'r_…').slice(0, 4_000) }),
  };
};
