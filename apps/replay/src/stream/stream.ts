import type { EpochMs, Positions } from '#contracts';
import type { StoredRecord } from '#event-log';
import { resolveRange } from './resolve-range.js';
import type { RangeChoice, StreamBounds, StreamRange } from './stream-range.js';

export * from './stream-range.js';

/** A place to replay from. Read-only: it joins no group, commits nothing and writes nowhere. */
export abstract class StreamSource {
  abstract readonly kind: 'log' | 'archive' | 'file';

  /** Of the partitions that this source has; the archive has none of `feed.served.v1`. */
  abstract bounds(): Promise<StreamBounds>;

  /** Per `topic/partition`, the first offset whose record was taken at or after `time`; the end where there is none. */
  abstract offsetsAt(topic: string, time: EpochMs): Promise<Positions>;

  /** Records with offsets in [from, to), in chunks in offset order. There may be gaps between offsets, and chunks are never empty. */
  abstract read(topic: string, partition: number, from: bigint, to: bigint): AsyncIterable<readonly StoredRecord[]>;

  abstract close(): Promise<void>;

  /** The present of this source: `last` counts back from it. */
  now(): EpochMs {
    return Date.now();
  }

  /** Everything that was taken since then is there for sure; null when only the offsets can tell. */
  completeSince(): EpochMs | null {
    return null;
  }

  /**
   * The positions that a choice means now.
   * @throws {RangeGoneFailure} a part of it is not kept any more, or not there yet: an answer would have a hole.
   */
  resolve(choice: RangeChoice): Promise<StreamRange> {
    return resolveRange(choice, this);
  }
}
