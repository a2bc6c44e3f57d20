import type { StoredRecord } from '../event-log.js';
import type { TopicPartition } from '../subscribe/topic-partition.js';

/** A row of log_records as the driver gives it: bigints are strings. */
export interface StoredRow {
  readonly record_offset: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: string;
  readonly taken_at: string;
}

export const STORED_COLUMNS = 'r.record_offset, r.key, r.value, r.headers, r.taken_at';

export const toStored = ({ topic, partition }: TopicPartition, row: StoredRow): StoredRecord => ({
  topic,
  partition,
  offset: BigInt(row.record_offset),
  key: row.key,
  value: row.value === null ? null : Buffer.from(row.value),
  headers: row.headers === '{}' ? {} : (JSON.parse(row.headers) as Record<string, string>), // written by our own append only
  timestamp: Number(row.taken_at),
});
