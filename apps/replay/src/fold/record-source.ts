import type { Positions } from '#contracts';
import type { StoredRecord } from '#event-log';

/** What folding needs of a stream: every `StreamSource` is one, and so is a list of records in a test. */
export interface RecordSource {
  /** Per `topic/partition`, the earliest kept and the next-to-be-written offset. */
  bounds(): Promise<{ readonly earliest: Positions; readonly end: Positions }>;
  /** Records `from` (inclusive) to `to` (exclusive), in chunks in offset order. */
  read(topic: string, partition: number, from: bigint, to: bigint): AsyncIterable<readonly StoredRecord[]>;
}
