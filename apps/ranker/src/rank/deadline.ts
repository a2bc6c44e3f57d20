/** Milliseconds of a clock that never goes back, such as `performance.now()`. */
export type MonotonicMs = () => number;

/**
 * When the answer stops being worth anything. The caller sends how much time it has left (`budgetMs`); we count it from the
 * moment the request reached us, so that time spent in our own queue is charged to the request and not given to it again.
 */
export class Deadline {
  private constructor(
    private readonly endsAt: number,
    private readonly now: MonotonicMs,
  ) {}

  static after(budgetMs: number, now: MonotonicMs, receivedAt = now()): Deadline {
    return new Deadline(receivedAt + budgetMs, now);
  }

  /** Never negative. */
  remainingMs(): number {
    return Math.max(0, this.endsAt - this.now());
  }

  get passed(): boolean {
    return this.now() >= this.endsAt;
  }
}
