import { positionKey, type Positions } from '#contracts';

interface Waiter {
  /** Positions not reached yet. */
  readonly missing: Map<string, bigint>;
  readonly reached: () => void;
}

/**
 * How far the fold has come, for those who wait for it: a reader who has just hidden a paper asks to be answered only after that
 * hide is folded. Waiters are woken by the fold itself; nothing polls.
 */
export class FoldProgress {
  private readonly next = new Map<string, bigint>();
  private readonly waiters = new Set<Waiter>();

  constructor(
    positions: Positions,
    private readonly topics: readonly string[],
  ) {
    for (const [key, next] of Object.entries(positions)) this.next.set(key, BigInt(next));
  }

  /** Next offset to fold, 0 where nothing has been. */
  of(topic: string, partition: number): bigint {
    return this.next.get(positionKey(topic, partition)) ?? 0n;
  }

  /** Says that everything below `next` is folded. Called by the fold at the end of a slice or batch. */
  reached(topic: string, partition: number, next: bigint): void {
    const key = positionKey(topic, partition);
    this.next.set(key, next);
    for (const waiter of this.waiters) {
      const wanted = waiter.missing.get(key);
      if (wanted === undefined || wanted > next) continue;
      waiter.missing.delete(key);
      if (waiter.missing.size > 0) continue;
      this.waiters.delete(waiter);
      waiter.reached();
    }
  }

  /**
   * Waits until every position of `after` is folded, at most `withinMs`.
   * Topics that are not folded here (say, `feed.served.v1`) count as reached: nothing in our answer depends on them.
   * Out: true = folded; false = the time is over and the answer will be behind.
   */
  async waitFor(after: Positions, withinMs: number): Promise<boolean> {
    const missing = this.missing(after);
    if (missing.size === 0) return true;
    return new Promise((resolve) => {
      const waiter: Waiter = {
        missing,
        reached: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        resolve(false);
      }, withinMs);
      this.waiters.add(waiter);
    });
  }

  private missing(after: Positions): Map<string, bigint> {
    const missing = new Map<string, bigint>();
    for (const [key, offset] of Object.entries(after)) {
      const topic = key.slice(0, key.lastIndexOf('/'));
      const wanted = BigInt(offset);
      if (this.topics.includes(topic) && wanted > (this.next.get(key) ?? 0n)) missing.set(key, wanted);
    }
    return missing;
  }
}
