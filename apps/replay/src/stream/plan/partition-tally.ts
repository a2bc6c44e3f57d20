import type { EpochMs } from '#contracts';
import type { StoredRecord } from '#event-log';
import type { PartitionPlace, StreamBounds, StreamRange } from '../stream.js';
import { offsetAt } from '../stream.js';

/** First and last moment of something, in milliseconds; null without any. */
export interface Span {
  readonly first: EpochMs | null;
  readonly last: EpochMs | null;
}

export interface PartitionPlan extends PartitionPlace {
  /** What the source keeps, and the part of it that is in the range: next offsets. */
  readonly kept: { readonly from: string; readonly to: string };
  readonly from: string;
  readonly to: string;
  readonly records: number;
  /** Of keys and values. */
  readonly bytes: number;
  /** Offsets without a record, and how many stretches of them there are: what compaction removed, or the markers of transactions. */
  readonly gaps: { readonly stretches: number; readonly offsets: number };
  /** When the log took them. */
  readonly recorded: Span;
}

/** Counts the records of one partition. */
export class PartitionTally {
  private records = 0;
  private bytes = 0;
  private stretches = 0;
  private next: bigint;
  private first: EpochMs | null = null;
  private last: EpochMs | null = null;
  private readonly to: bigint;

  constructor(
    private readonly place: PartitionPlace,
    private readonly range: StreamRange,
    private readonly bounds: StreamBounds,
  ) {
    this.next = offsetAt(range.from, place.key);
    this.to = offsetAt(range.to, place.key);
  }

  add({ offset, key, value, timestamp }: StoredRecord): void {
    this.records += 1;
    this.bytes += Buffer.byteLength(key ?? '') + (value?.length ?? 0);
    if (offset > this.next) this.stretches += 1;
    this.next = offset + 1n;
    this.first ??= timestamp;
    this.last = timestamp;
  }

  get plan(): PartitionPlan {
    const { key } = this.place;
    const [from, to] = [offsetAt(this.range.from, key), this.to];
    return {
      ...this.place,
      kept: { from: offsetAt(this.bounds.earliest, key).toString(), to: offsetAt(this.bounds.end, key).toString() },
      from: from.toString(),
      to: to.toString(),
      records: this.records,
      bytes: this.bytes,
      gaps: { stretches: this.stretches + (this.next < to ? 1 : 0), offsets: Number(to - from) - this.records },
      recorded: { first: this.first, last: this.last },
    };
  }
}
