import { Failure } from '#contracts';

/** The log did not confirm a write in time, or refused it: some of the records may be stored. Retry with the same event ids. */
export class AppendFailure extends Failure {
  readonly code = 'LOG_APPEND';
  readonly retryable = true;
}

/** A topic exists with other partitions than its specification: keys would land elsewhere, so nothing starts. */
export class TopicMismatchFailure extends Failure {
  readonly code = 'LOG_TOPIC_MISMATCH';
  readonly retryable = false;
}

/** A record is over the size that the log takes. */
export class RecordTooLargeFailure extends Failure {
  readonly code = 'LOG_RECORD_TOO_LARGE';
  readonly retryable = false;
}

/** A read asked for offsets that retention has already removed. */
export class RangeGoneFailure extends Failure {
  readonly code = 'LOG_RANGE_GONE';
  readonly retryable = false;
}

/** A record that not every adapter can carry: it has a NUL character. */
export class InvalidRecordFailure extends Failure {
  readonly code = 'LOG_RECORD_INVALID';
  readonly retryable = false;
}

/** The topic was never created: `ensureTopics` comes first. */
export class UnknownTopicFailure extends Failure {
  readonly code = 'LOG_UNKNOWN_TOPIC';
  readonly retryable = false;
}

/** The log could not be reached, or did not answer in time. */
export class LogUnavailableFailure extends Failure {
  readonly code = 'LOG_UNAVAILABLE';
  readonly retryable = true;
}
