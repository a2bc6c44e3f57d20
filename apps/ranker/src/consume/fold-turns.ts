import type { MonotonicMs } from '../rank/deadline.js';

const nextLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Shares the one thread between the folds of all partitions and everything else the process does.
 *
 * A fold asks `over()` after each record and awaits `rest()` when its slice is used up. Rests are chained: folds wake one at a time,
 * each in a turn of the event loop of its own. Without the chain all eighteen partitions would wake in the same turn and hold the loop
 * for eighteen slices, and a Rank request that arrived in between would wait for all of them.
 */
export class FoldTurns {
  private sliceEnds: number;
  private chain: Promise<void> = Promise.resolve();

  constructor(
    private readonly sliceMs: number,
    private readonly now: MonotonicMs,
  ) {
    this.sliceEnds = now() + sliceMs;
  }

  over(): boolean {
    return this.now() >= this.sliceEnds;
  }

  /** Waits until sockets and timers had their turn, and the folds that asked earlier had theirs; then a new slice begins. */
  async rest(): Promise<void> {
    this.chain = this.chain.then(nextLoop);
    await this.chain;
    this.sliceEnds = this.now() + this.sliceMs;
  }
}
