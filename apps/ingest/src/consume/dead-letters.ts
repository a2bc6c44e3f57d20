import { attemptsBefore, type DeadLetter, type DeadLetterData, dataSchemas, eventTypes, topics } from '#contracts';
import { type EventLog, InvalidRecordFailure, type NewRecord, RecordTooLargeFailure, type StoredRecord } from '#event-log';
import type { Clock } from '../clock.js';
import { cloudEventHeaders } from '../events/records.js';

export interface Cause {
  readonly code: string;
  readonly message: string;
}

/** Where records go that can never be handled, so that their partition goes on. A port. */
export abstract class DeadLetters {
  /** Resolves when the letter is durable. A throw means that it is not: the record must come again. */
  abstract park(record: StoredRecord, cause: Cause): Promise<void>;
}

/** A key that any letter can carry, so that letters of one key keep their order; null for one that is part of the trouble. */
const shortKey = ({ key }: StoredRecord): string | null => (key === null || key.length > 1_000 || key.includes('\0') ? null : key);

/** Parks in `dead-letters.v1`, with the bytes as they were and where they stood. */
export class LogDeadLetters extends DeadLetters {
  constructor(
    private readonly log: EventLog,
    private readonly consumer: string,
    private readonly clock: Clock,
  ) {
    super();
  }

  async park(record: StoredRecord, cause: Cause): Promise<void> {
    try {
      await this.log.append(topics.deadLetters.name, [this.letter(record, cause, { key: record.key, value: record.value })]);
    } catch (error) {
      if (!(error instanceof RecordTooLargeFailure || error instanceof InvalidRecordFailure)) throw error;
      // Base64 grows a record of 64 KiB over the limit. Its place in the log says where the bytes still are.
      const note = `${cause.message} (left out here: ${record.value?.length ?? 0} bytes; they stand at the original position)`;
      await this.log.append(topics.deadLetters.name, [
        this.letter(record, { ...cause, message: note }, { key: shortKey(record), value: null }),
      ]);
    }
  }

  /** The id is made from the position: parking again after a crash is the same letter. */
  private letter(record: StoredRecord, cause: Cause, original: { key: string | null; value: Buffer | null }): NewRecord {
    const now = new Date(this.clock.now()).toISOString();
    const data: DeadLetterData = {
      original: {
        topic: record.topic,
        partition: record.partition,
        offset: record.offset.toString(),
        timestamp: new Date(record.timestamp).toISOString(),
        key: original.key,
        value: original.value?.toString('base64') ?? null,
        headers: original.value === null ? {} : record.headers,
      },
      consumer: this.consumer,
      code: cause.code,
      message: cause.message.slice(0, 2_000),
      attempts: attemptsBefore(record.headers) + 1,
    };
    const letter: DeadLetter = {
      specversion: '1.0',
      id: `dl:${this.consumer}:${record.topic}:${record.partition}:${record.offset}`.slice(-64),
      source: `urn:broadsheet:${this.consumer}`,
      type: eventTypes.deadLetter,
      time: now,
      recordedtime: now,
      datacontenttype: 'application/json',
      dataschema: dataSchemas.deadLetter,
      data,
    };
    return {
      key: original.key ?? `${record.topic}/${record.partition}`,
      value: JSON.stringify(letter),
      headers: cloudEventHeaders(letter),
    };
  }
}
