import { attemptsBefore, topics, type EpochMs } from '#contracts';
import { InvalidRecordFailure, RecordTooLargeFailure, type EventLog, type NewRecord, type StoredRecord } from '#event-log';
import { deadLetterRecord } from '../consume/dead-letter-record.js';
import { DeadLetters } from '../consume/log-fold.js';

/** Parks records in `dead-letters.v1`. */
export class LogDeadLetters extends DeadLetters {
  constructor(
    private readonly log: Pick<EventLog, 'append'>,
    private readonly now: () => EpochMs,
  ) {
    super();
  }

  override async park(record: StoredRecord, why: { readonly code: string; readonly message: string }): Promise<void> {
    try {
      await this.append(deadLetterRecord(record, why, this.now()));
    } catch (error) {
      // Base64 makes a record of 48 KiB and more outgrow the log's limit, and its headers may be of a kind that we do not write.
      if (!(error instanceof RecordTooLargeFailure || error instanceof InvalidRecordFailure)) throw error;
      const message = `the record is left out here, its bytes stand at the original position: ${why.message}`;
      const attempts = attemptsBefore(record.headers) + 1;
      await this.append(deadLetterRecord({ ...record, value: null, headers: {} }, { ...why, message }, this.now(), attempts));
    }
  }

  private append(letter: NewRecord): Promise<unknown> {
    return this.log.append(topics.deadLetters.name, [letter]);
  }
}
