import { positionKey, type EpochMs } from '#contracts';
import type { Subscription } from '#event-log';

/** How far the fold is behind the log. */
export interface Lag {
  readonly records: bigint;
  /** Age of the oldest record that waits to be folded; 0 when none does. */
  readonly seconds: number;
}

type Followed = Pick<Subscription, 'lag' | 'waiting'>;

/**
 * Lag in records as the log reports it, and in seconds as readers feel it: the age of the oldest record that is not folded. How long ago
 * the last record was folded says nothing of it, since a partition may have been idle for hours before a record came.
 */
export class LagMeter {
  private readonly lastFolded = new Map<string, EpochMs>();
  /** Since when a partition is known to be behind without a record of it having arrived, whose age could be told. */
  private readonly behindSince = new Map<string, EpochMs>();
  private followed: Followed = { lag: () => new Map(), waiting: () => new Map() };

  /** Reads lag from this subscription from now on. */
  follow(subscription: Followed): void {
    this.followed = subscription;
  }

  folded(topic: string, partition: number, recordTime: EpochMs): void {
    this.lastFolded.set(positionKey(topic, partition), recordTime);
  }

  byPartition(): ReadonlyMap<string, bigint> {
    return this.followed.lag();
  }

  now(at: EpochMs): Lag {
    let records = 0n;
    let seconds = 0;
    const waiting = this.followed.waiting();
    for (const [key, count] of this.followed.lag()) {
      if (count <= 0n) {
        this.behindSince.delete(key);
        continue;
      }
      records += count;
      seconds = Math.max(seconds, (at - this.oldestOf(key, waiting.get(key), at)) / 1000);
    }
    return { records, seconds };
  }

  /** A batch is handed over as a whole and folded record by record: what is older than the last folded one is done. */
  private oldestOf(key: string, waitingSince: EpochMs | undefined, at: EpochMs): EpochMs {
    if (waitingSince !== undefined) {
      this.behindSince.delete(key);
      return Math.max(waitingSince, this.lastFolded.get(key) ?? 0);
    }
    const since = this.behindSince.get(key) ?? at;
    this.behindSince.set(key, since);
    return since;
  }
}
