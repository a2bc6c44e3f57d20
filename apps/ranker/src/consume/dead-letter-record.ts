import { createHash } from 'node:crypto';
import { attemptsBefore, dataSchemas, eventTypes, type DeadLetter, type EpochMs } from '#contracts';
import type { NewRecord, StoredRecord } from '#event-log';

/** Every replica is the same consumer of the same records, so letters do not name the replica. */
const CONSUMER = 'broadsheet-ranker';

/**
 * Id of the letter about the record at this position: the same from every replica and after every restart, so that letters about
 * one record collapse into one.
 */
const letterId = ({ topic, partition, offset }: StoredRecord): string =>
  `dead-${createHash('sha256').update(`${CONSUMER}\n${topic}/${partition}/${offset}`).digest('base64url').slice(0, 32)}`;

/** The record as it was (bytes in base64), where it stood, and why it can never be folded. */
export const deadLetterRecord = (
  record: StoredRecord,
  why: { readonly code: string; readonly message: string },
  at: EpochMs,
  attempts = attemptsBefore(record.headers) + 1,
): NewRecord => {
  const event: DeadLetter = {
    specversion: '1.0',
    id: letterId(record),
    source: CONSUMER,
    type: eventTypes.deadLetter,
    time: new Date(record.timestamp).toISOString(),
    recordedtime: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    dataschema: dataSchemas.deadLetter,
    data: {
      original: {
        topic: record.topic,
        partition: record.partition,
        offset: record.offset.toString(),
        timestamp: new Date(record.timestamp).toISOString(),
        key: record.key,
        value: record.value?.toString('base64') ?? null,
        headers: { ...record.headers },
      },
      consumer: CONSUMER,
      code: why.code,
      message: why.message.slice(0, 2000),
      attempts,
    },
  };
  return {
    key: record.key ?? '',
    value: JSON.stringify(event),
    headers: { ce_id: event.id, ce_type: event.type, ce_time: event.time, ce_dataschema: event.dataschema },
  };
};
