import type { MonotonicMs } from '../rank/deadline.js';

const nextLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Who goes before the fold. */
export interface Priority {
  /** Whether requests are being ranked right now. Those that wait for the fold must not count: both would wait for each other. */
  readonly busy: () => boolean;
  /** Longest that one slice is put off for them, in ms: the fold slows down under load and never stands still. */
  readonly patienceMs: number;
}

/**
 * Shares the one thread between the folds of all partitions and everything else the process does.
 *
 * A fold asks `over()` after each record and awaits `rest()` when its slice is used up. Rests are chained: folds wake one at a time,
 * each in a turn of the event loop of its own. Without the chain all eighteen partitions would wake in the same turn and hold the loop
 * for eighteen slices, and a Rank request that arrived in between would wait for all of them.
 *
 * A request comes back to the event loop some six times before it is answered. It would wait for a slice each time, so slices are put off
 * while requests are ranked.
 */
export class FoldTurns {
  private sliceEnds: number;
  private chain: Promise<void> = Promise.resolve();

  constructor(
    private readonly sliceMs: number,
    private readonly now: MonotonicMs,
    private readonly priority: Priority = { busy: () => false, patienceMs: 0 },
  ) {
    this.sliceEnds = now() + sliceMs;
  }

  over(): boolean {
    return this.now() >= this.sliceEnds;
  }

  /**
   * Waits until sockets, timers and requests had their turn, and the folds that asked earlier had theirs; then a new slice begins.
   * `patienceMs`: how long it is put off for requests at most, if not as long as a slice of folding.
   */
  async rest(patienceMs = this.priority.patienceMs): Promise<void> {
    this.chain = this.chain.then(() => this.letOthersGo(patienceMs));
    await this.chain;
    this.sliceEnds = this.now() + this.sliceMs;
  }

  private async letOthersGo(patienceMs: number): Promise<void> {
    const { busy } = this.priority;
    const until = this.now() + patienceMs;
    do await nextLoop();
    while (busy() && this.now() < until);
  }
}
