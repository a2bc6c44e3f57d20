import type { MonotonicMs } from '../rank/deadline.js';

/**
 * Lets one line of a kind through in a while and counts the others. A topic full of broken records must be noticed, and must not
 * fill a disk: the exact numbers are in the metrics.
 */
export class SparseLog {
  private readonly kinds = new Map<string, { nextAt: number; left: number }>();

  constructor(
    private readonly everyMs: number,
    private readonly now: MonotonicMs,
  ) {}

  /** `kind` is one of a few names from code. `write` gets the number of lines of this kind that were left out since the last. */
  say(kind: string, write: (leftOut: number) => void): void {
    const seen = this.kinds.get(kind) ?? { nextAt: -Infinity, left: 0 };
    this.kinds.set(kind, seen);
    if (this.now() < seen.nextAt) {
      seen.left += 1;
      return;
    }
    write(seen.left);
    seen.nextAt = this.now() + this.everyMs;
    seen.left = 0;
  }
}
