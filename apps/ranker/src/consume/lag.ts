import type { EpochMs, Positions } from '#contracts';
import { lagSeconds, untilHeard, type Subscription } from '#event-log';

/** How far the fold is behind the log. */
export interface Lag {
  readonly records: bigint;
  /** Age of the oldest record that waits to be folded; 0 when none does. */
  readonly seconds: number;
}

type Followed = Pick<Subscription, 'lag' | 'waiting' | 'heard'>;

/** Before there is a subscription. */
const nothing: Followed = { lag: () => new Map(), waiting: () => new Map(), heard: () => new Map() };

/**
 * Lag in records as the log reports it, and in seconds as readers feel it: the age of the oldest record that is not folded. How long ago
 * the last record was folded says nothing of it, since a partition may have been idle for hours before a record came.
 */
export class LagMeter {
  private followed: Followed = nothing;
  private hasBegun = false;

  /** @param positions next offset to fold of every partition: a batch is handed over as a whole and folded record by record */
  constructor(private readonly positions: () => Positions) {}

  /** Reads lag from this subscription from now on. */
  follow(subscription: Followed & Pick<Subscription, 'ready'>): void {
    this.followed = subscription;
    const begun = (): void => {
      this.hasBegun = true;
    };
    subscription.ready.then(begun, () => undefined); // one that is stopped before it began
  }

  byPartition(): ReadonlyMap<string, bigint> {
    return this.followed.lag();
  }

  /** What is known to wait. A log that can not be heard has nothing to do with it: replicas that stopped answering over that would help nobody. */
  now(at: EpochMs): Lag {
    let records = 0n;
    let seconds = 0;
    const waiting = this.followed.waiting(this.positions());
    for (const [key, count] of this.followed.lag()) {
      if (count <= 0n) continue;
      records += count;
      seconds = Math.max(seconds, (at - (waiting.get(key) ?? at)) / 1000);
    }
    return { records, seconds };
  }

  /** Waits for what has to be heard before `reported` is true. */
  settled(): Promise<void> {
    return untilHeard([this.followed]);
  }

  /** As it is reported: a log that is silent counts as well, for as long as it has been. Not a number before partitions are followed. */
  reported(at: EpochMs): number {
    if (!this.hasBegun) return Number.NaN;
    return Math.max(0, ...lagSeconds(this.followed, at, this.positions()).values());
  }
}
