import type { Decoded, EpochMs } from '#contracts';
import type { StoredRecord } from '#event-log';
import { timesOf } from '#ranking';

/** A record of `papers.v1` or `interactions.v1` with what it says and when. */
export interface LogEntry {
  readonly record: StoredRecord;
  readonly decoded: Decoded;
  /** Content vector of a paper; null for all else, and for a paper that cannot be encoded. */
  readonly vector: Float32Array | null;
  /** When it happened, by the rule that the state counts by. */
  readonly time: EpochMs;
  /** When we took it. */
  readonly recorded: EpochMs;
}

const stampsOf = (decoded: Decoded): { readonly time: string; readonly recordedtime: string } | null => {
  if (decoded.kind === 'interaction') return decoded.event;
  return decoded.kind === 'paper' ? decoded.stamps : null;
};

/** Withdrawals carry no clock of their own, and unreadable records none that can be believed: the log's stands in. */
export const entryOf = (record: StoredRecord, decoded: Decoded, vector: Float32Array | null): LogEntry => {
  const stamps = stampsOf(decoded);
  const times = stamps === null ? null : timesOf(stamps);
  return { record, decoded, vector, time: times?.time ?? record.timestamp, recorded: times?.recorded ?? record.timestamp };
};

/** Among entries of one moment: by topic, partition and offset, so that every merge of partitions has one outcome. */
export const comesBefore = (a: LogEntry, b: LogEntry): boolean => {
  const [x, y] = [a.record, b.record];
  if (x.topic !== y.topic) return x.topic < y.topic;
  return x.partition === y.partition ? x.offset < y.offset : x.partition < y.partition;
};
