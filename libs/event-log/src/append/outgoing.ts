import { MAX_RECORD_BYTES } from '#contracts';
import type { NewRecord } from '../event-log.js';
import { InvalidRecordFailure, RecordTooLargeFailure } from '../failures.js';
import { partitionOf } from '../partitioner.js';

/** A record on its way: checked, its partition known, its size estimated. */
export interface Outgoing {
  readonly partition: number;
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes on the wire and in the log, framing included. */
  readonly bytes: number;
}

/** Key and headers together: they are ids and names, not payload. */
export const MAX_META_BYTES = 8 * 1024;
/** Framing of one record in a Kafka batch or of one row, rounded up. */
const FRAMING_BYTES = 70;

const NUL = '\0';

/**
 * Checks records before any of them is buffered, so that a refused append writes nothing.
 *
 * @throws {RecordTooLargeFailure} value over 64 KiB of UTF-8, or key and headers over 8 KiB
 * @throws {InvalidRecordFailure} a NUL character (PostgreSQL text can not hold it; JSON never has a raw one)
 */
export const toOutgoing = (topic: string, partitions: number, records: readonly NewRecord[]): Outgoing[] =>
  records.map(({ key, value, headers = {} }, index) => {
    const valueBytes = value === null ? 0 : Buffer.byteLength(value);
    if (valueBytes > MAX_RECORD_BYTES) {
      throw new RecordTooLargeFailure(
        `record ${index} of an append to ${topic} has ${valueBytes} bytes, at most ${MAX_RECORD_BYTES} are taken`,
        {
          topic,
          index,
          bytes: valueBytes,
          limit: MAX_RECORD_BYTES,
        },
      );
    }
    let metaBytes = Buffer.byteLength(key);
    let hasNul = key.includes(NUL) || (value?.includes(NUL) ?? false);
    for (const [name, text] of Object.entries(headers)) {
      metaBytes += Buffer.byteLength(name) + Buffer.byteLength(text) + 10;
      hasNul ||= name.includes(NUL) || text.includes(NUL);
    }
    if (metaBytes > MAX_META_BYTES) {
      throw new RecordTooLargeFailure(
        `key and headers of record ${index} of an append to ${topic} have ${metaBytes} bytes, at most ${MAX_META_BYTES} are taken`,
        {
          topic,
          index,
          bytes: metaBytes,
          limit: MAX_META_BYTES,
        },
      );
    }
    if (hasNul) throw new InvalidRecordFailure(`record ${index} of an append to ${topic} has a NUL character`, { topic, index });
    return { partition: partitionOf(key, partitions), key, value, headers, bytes: valueBytes + metaBytes + FRAMING_BYTES };
  });
