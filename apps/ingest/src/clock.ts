import type { EpochMs } from '#contracts';

/** Time as a port: what is stamped and what expires is decided by what this says, so that a test can say it. */
export abstract class Clock {
  /** Wall clock: for what is stored. It may jump. */
  abstract now(): EpochMs;
  /** Milliseconds from an arbitrary start, never going back: for deadlines and durations. */
  abstract monotonic(): number;
}

export class SystemClock extends Clock {
  now(): EpochMs {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }
}
