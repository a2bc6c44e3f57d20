import { positionKey, type EpochMs } from '#contracts';

/** How far the fold is behind the log. */
export interface Lag {
  readonly records: bigint;
  /** Age of the oldest "last folded record" among the partitions that are behind; 0 when none is. */
  readonly seconds: number;
}

/**
 * Lag in records as the log reports it, and in seconds as readers feel it. A partition that is behind lags by the age of the last record
 * folded from it; before any record, by the age of this process, since how old the waiting ones are is not known yet.
 */
export class LagMeter {
  private readonly lastFolded = new Map<string, EpochMs>();
  private lag: () => ReadonlyMap<string, bigint> = () => new Map();

  constructor(private readonly startedAt: EpochMs) {}

  /** Reads lag from this subscription from now on. */
  follow(lag: () => ReadonlyMap<string, bigint>): void {
    this.lag = lag;
  }

  folded(topic: string, partition: number, recordTime: EpochMs): void {
    this.lastFolded.set(positionKey(topic, partition), recordTime);
  }

  byPartition(): ReadonlyMap<string, bigint> {
    return this.lag();
  }

  now(at: EpochMs): Lag {
    let records = 0n;
    let seconds = 0;
    const behind = this.lag();
    for (const [key, count] of behind) {
      if (count <= 0n) continue;
      records += count;
      seconds = Math.max(seconds, (at - (this.lastFolded.get(key) ?? this.startedAt)) / 1000);
    }
    return { records, seconds };
  }
}
