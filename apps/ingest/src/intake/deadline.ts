import type { Clock } from '../clock.js';

/** The moment after which nobody waits for an answer any more. Counted from when the message came in, on a clock that cannot jump. */
export class Deadline {
  private readonly at: number;

  constructor(
    budgetMs: number,
    private readonly clock: Clock,
  ) {
    this.at = clock.monotonic() + budgetMs;
  }

  remainingMs(): number {
    return this.at - this.clock.monotonic();
  }

  get passed(): boolean {
    return this.remainingMs() <= 0;
  }

  /** The outcome of `work`, or `late` when the deadline comes first. The work goes on. */
  async race<T, L>(work: Promise<T>, late: L): Promise<T | L> {
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<L>((resolve) => {
      timer = setTimeout(resolve, Math.max(0, this.remainingMs()), late);
    });
    try {
      return await Promise.race([work, expiry]);
    } finally {
      clearTimeout(timer);
    }
  }
}
