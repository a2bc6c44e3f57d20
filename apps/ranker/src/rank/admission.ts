import type { Deadline } from './deadline.js';
import { RankerBusy } from './refusal.failure.js';

export interface AdmissionLimits {
  /** Requests ranked at the same time. Ranking is CPU work on one thread, so more only interleaves them and makes each one later. */
  readonly concurrency: number;
  /** Requests held at all: ranking, in the queue, or waiting for their own writes to be folded. */
  readonly held: number;
}

/** A place in the house. `leave` must be called exactly once; `turn` at most once. */
export interface Place {
  /**
   * Waits, first come first served, for a turn to work.
   * Out: true = it is your turn; false = the deadline passed in the queue and the work must not be begun.
   */
  turn(deadline: Deadline): Promise<boolean>;
  leave(): void;
}

interface Waiter {
  readonly deadline: Deadline;
  readonly call: (yours: boolean) => void;
}

/**
 * Bounds what a ranker takes on. Past the bound it refuses at once and says so: the gateway has other replicas and a last good
 * list, and both are better than an answer nobody waits for any more.
 */
export class Admission {
  private held = 0;
  private turns = 0;
  /** At most `limits.held` long, so that shifting it stays cheap. */
  private readonly queue: Waiter[] = [];
  private readonly emptied: (() => void)[] = [];

  constructor(private readonly limits: AdmissionLimits) {}

  get inFlight(): number {
    return this.held;
  }

  /** Requests that have their turn now. */
  get working(): number {
    return this.turns;
  }

  /** @throws {RankerBusy} the house is full. */
  enter(): Place {
    if (this.held >= this.limits.held) throw new RankerBusy(this.held);
    this.held += 1;
    let works = false;
    return {
      turn: async (deadline) => {
        works = await this.turn(deadline);
        return works;
      },
      leave: () => {
        this.held -= 1;
        if (works) this.finish();
        if (this.held === 0) for (const tell of this.emptied.splice(0)) tell();
      },
    };
  }

  /** Resolves when nobody is held: the last step before a graceful stop closes the sockets. */
  empty(): Promise<void> {
    return this.held === 0 ? Promise.resolve() : new Promise((resolve) => this.emptied.push(resolve));
  }

  private turn(deadline: Deadline): Promise<boolean> {
    if (deadline.passed) return Promise.resolve(false);
    if (this.turns < this.limits.concurrency) {
      this.turns += 1;
      return Promise.resolve(true);
    }
    return new Promise((call) => this.queue.push({ deadline, call }));
  }

  /** Hands the place to the first in the queue who still has time; those who have none are sent away without work. */
  private finish(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      if (!next.deadline.passed) return next.call(true);
      next.call(false);
    }
    this.turns -= 1;
  }
}
