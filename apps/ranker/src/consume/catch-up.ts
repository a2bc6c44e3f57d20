import { Failure, type Positions } from '#contracts';
import type { EventLog } from '#event-log';
import type { MonotonicMs } from '../rank/deadline.js';
import type { LagMeter } from './lag.js';
import type { FoldProgress } from './progress.js';

/**
 * The state says it has folded more than the log holds: they do not belong together (the log was lost or replaced). The process ends; the
 * next one finds that at its start, passes the snapshots over and folds this log from its beginning.
 */
export class ForeignLogFailure extends Failure {
  readonly code = 'RANKER_FOREIGN_LOG';
  readonly retryable = false;

  constructor(partitions: readonly string[]) {
    super(`the state stands beyond the end of ${partitions.join(', ')}: it was folded from another log`, { partitions });
  }
}

/** Partitions whose position lies beyond the end of the log. */
export const beyondTheEnd = (positions: Positions, end: Positions): string[] =>
  Object.entries(positions)
    .filter(([key, next]) => end[key] !== undefined && BigInt(next) > BigInt(end[key]))
    .map(([key]) => key);

/** First kept and next offset of every partition of the topics. */
export const boundsOf = async (
  log: Pick<EventLog, 'bounds'>,
  topics: readonly string[],
): Promise<{ readonly earliest: Positions; readonly end: Positions }> => {
  const bounds = await Promise.all(topics.map((topic) => log.bounds(topic)));
  return {
    earliest: Object.assign({}, ...bounds.map(({ earliest }) => earliest)) as Positions,
    end: Object.assign({}, ...bounds.map(({ end }) => end)) as Positions,
  };
};

/** A partition whose last records were compacted away ends in a gap that is never handed to us; after this long without lag it counts as read. */
const GAP_GRACE_MS = 10_000;

/**
 * How much of what the log held when we began is still to be folded. The log's own lag cannot answer that: until its first fetch of a
 * partition it has not heard where the end is.
 */
export class CatchUp {
  private targets: ReadonlyMap<string, bigint> | undefined;
  private aimedAt = 0;

  constructor(
    private readonly progress: Pick<FoldProgress, 'of'>,
    private readonly lag: Pick<LagMeter, 'byPartition'>,
    private readonly now: MonotonicMs,
  ) {}

  /** Takes the ends of a moment as what is to be reached. Partitions that hold nothing are reached. */
  aim({ earliest, end }: { readonly earliest: Positions; readonly end: Positions }): void {
    const targets = Object.entries(end).filter(([key, next]) => BigInt(next) > BigInt(earliest[key] ?? '0'));
    this.targets = new Map(targets.map(([key, next]) => [key, BigInt(next)]));
    this.aimedAt = this.now();
  }

  /** Records (offsets, strictly: compacted ones count) still to fold; null while the ends are not known. */
  remaining(): bigint | null {
    if (this.targets === undefined) return null;
    const lag = this.lag.byPartition();
    const patient = this.now() - this.aimedAt < GAP_GRACE_MS;
    let remaining = 0n;
    for (const [key, target] of this.targets) {
      const slash = key.lastIndexOf('/');
      const missing = target - this.progress.of(key.slice(0, slash), Number(key.slice(slash + 1)));
      if (missing > 0n && (patient || lag.get(key) !== 0n)) remaining += missing;
    }
    return remaining;
  }
}
