/**
 * What happens inside an event log, for metrics. Every call is synchronous and cheap: it is made on the hot path.
 * Labels that may be used: topic, partition, group (all from code or configuration, never from a record).
 */
export interface EventLogObserver {
  /** One flush is durable. `seconds`: from the oldest record's arrival in the buffer to the log's answer. */
  appended?(event: { readonly topic: string; readonly records: number; readonly bytes: number; readonly seconds: number }): void;
  /** Records that were not confirmed: the buffer was full, they waited too long, or the log failed. */
  appendFailed?(event: { readonly topic: string; readonly records: number; readonly reason: 'full' | 'expired' | 'log' | 'closed' }): void;
  /** One batch was handled. `seconds`: time in the handler, last try only. */
  handled?(event: {
    readonly group: string;
    readonly topic: string;
    readonly partition: number;
    readonly records: number;
    readonly seconds: number;
  }): void;
  /** A handler threw and its batch comes again. `code`: of the failure it threw, or UNEXPECTED. */
  handlerRetried?(event: {
    readonly group: string;
    readonly topic: string;
    readonly partition: number;
    readonly attempt: number;
    readonly code: string;
  }): void;
  /** Partitions this subscriber holds after an assignment. */
  assigned?(event: { readonly group: string; readonly partitions: number }): void;
}

/** The part of a pino logger that the adapters use. */
export interface EventLogLogger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
