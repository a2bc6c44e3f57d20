import { positionKey, type Positions } from '#contracts';
import type { FoldProgress } from '../consume/progress.js';

interface Closed {
  /** First offset that is not folded, by `topic/partition`; a partition that is not named is not folded at all. */
  limits: ReadonlyMap<string, bigint>;
  /** Resolves when the limits change. */
  moved: Promise<void>;
  move: () => void;
  readonly timer: NodeJS.Timeout;
}

const limitsOf = (positions: Positions): ReadonlyMap<string, bigint> =>
  new Map(Object.entries(positions).map(([key, next]) => [key, BigInt(next)]));

const signal = (): Pick<Closed, 'moved' | 'move'> => {
  let move: () => void = () => undefined;
  const moved = new Promise<void>((resolve) => {
    move = resolve;
  });
  return { moved, move };
};

/**
 * Makes the fold stand still at chosen positions, so that replicas can be compared: each reads partitions at a speed of its own, and under
 * load no two of them ever stand at the same positions by themselves. A comparer stops all replicas, takes the furthest position of each
 * partition, and lets everyone go on exactly to there.
 *
 * A barrier opens by itself after the time it was closed for: a comparer that dies costs a moment of freshness and nothing else.
 */
export class FoldBarrier {
  private closed: Closed | null = null;
  private readonly holds = new Set<Promise<void>>();

  constructor(private readonly progress: Pick<FoldProgress, 'of' | 'waitFor'>) {}

  /** For the fold, before each record: undefined to go on, else what to wait for before asking again. */
  before(topic: string, partition: number, offset: bigint): Promise<void> | undefined {
    for (const released of this.holds) return released;
    if (this.closed === null) return undefined;
    const limit = this.closed.limits.get(positionKey(topic, partition));
    return limit !== undefined && offset < limit ? undefined : this.closed.moved;
  }

  /** Lets nothing more be folded than `positions` have, for at most `forMs`. Closing it again begins the time anew. */
  close(positions: Positions, forMs: number): void {
    const before = this.closed;
    if (before !== null) clearTimeout(before.timer);
    const timer = setTimeout(() => this.open(), forMs);
    timer.unref();
    this.closed = { limits: limitsOf(positions), ...signal(), timer };
    before?.move();
  }

  /**
   * Lets nothing be folded, whatever is closed and opened meanwhile, until the answer is called: for who reads the state in slices and
   * must see one moment of it. From the call on no record is applied.
   */
  hold(): () => void {
    const { moved, move } = signal();
    this.holds.add(moved);
    return () => {
      this.holds.delete(moved);
      move();
    };
  }

  /** Lets the fold go on as it will. */
  open(): void {
    if (this.closed === null) return;
    clearTimeout(this.closed.timer);
    this.closed.move();
    this.closed = null;
  }

  /**
   * Folds exactly up to `positions`, looks, and opens.
   * @returns what `look` saw, or null when the fold is beyond them somewhere or did not get there in time.
   */
  async at<T>(positions: Positions, withinMs: number, look: () => T): Promise<T | null> {
    this.close(positions, withinMs);
    try {
      return (await this.progress.waitFor(positions, withinMs)) && this.standsAt(positions) ? look() : null;
    } finally {
      this.open();
    }
  }

  private standsAt(positions: Positions): boolean {
    return Object.entries(positions).every(([key, next]) => {
      const slash = key.lastIndexOf('/');
      return this.progress.of(key.slice(0, slash), Number(key.slice(slash + 1))) === BigInt(next);
    });
  }
}
