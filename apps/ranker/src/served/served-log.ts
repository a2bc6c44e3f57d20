import { Failure } from '#contracts';
import type { NewRecord } from '#event-log';

/** Appends to `feed.served.v1`. */
export type AppendServed = (records: readonly NewRecord[]) => Promise<unknown>;

/** Why a record of an answer was lost: the buffer was full, the log refused it for good, or the process had to end. */
export type DropReason = 'full' | 'refused' | 'stopped' | 'too-large';

export interface ServedObserver {
  written(records: number): void;
  dropped(records: number, reason: DropReason): void;
  /** The log did not take a batch; it is kept and tried again. */
  failed(error: unknown): void;
}

export interface ServedLogOptions {
  /** Answers held in memory while the log is away. */
  readonly capacity: number;
  /** Records of one append. */
  readonly batch: number;
  /** Longest wait of a record for company, in ms. */
  readonly lingerMs: number;
  /** First and longest wait after a failed append, in ms; doubles in between. */
  readonly backoffMs: { readonly first: number; readonly most: number };
}

export const servedLogDefaults: ServedLogOptions = { capacity: 2000, batch: 100, lingerMs: 20, backoffMs: { first: 100, most: 5000 } };

/**
 * Records what was answered, after it was answered. Readers never wait for it and never fail with it: `offer` costs a push on an
 * array, records are made and written later in batches, and while the log is away the newest are dropped and counted.
 * The newest and not the oldest: those held are complete stretches of time, and a hole at the end of an outage is one hole.
 */
export class ServedLog {
  /** Makers rather than records: turning 200 slots into JSON is work, and it is done off the request's path. */
  private buffer: (() => NewRecord | null)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private failures = 0;
  private stopped = false;

  constructor(
    private readonly append: AppendServed,
    private readonly observer: ServedObserver,
    private readonly options: ServedLogOptions = servedLogDefaults,
  ) {}

  get waiting(): number {
    return this.buffer.length;
  }

  /** Never throws, never waits. */
  offer(make: () => NewRecord | null): void {
    if (this.stopped) return this.observer.dropped(1, 'stopped');
    if (this.buffer.length >= this.options.capacity) return this.observer.dropped(1, 'full');
    this.buffer.push(make);
    this.schedule(this.options.lingerMs);
  }

  /** Writes what is held, for at most `withinMs`, and takes no more. What is still held then is dropped and counted. */
  async stop(withinMs: number): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    let late = false;
    const over = pause(withinMs, false).then(() => (late = true));
    while (!late && (this.buffer.length > 0 || this.writing !== undefined)) {
      await Promise.race([this.writing ?? this.write(), over]);
      if (this.failures > 0) await Promise.race([pause(this.backoff()), over]);
    }
    if (this.buffer.length > 0) this.observer.dropped(this.buffer.length, 'stopped');
    this.buffer = [];
  }

  private schedule(afterMs: number): void {
    if (this.timer !== undefined || this.writing !== undefined || this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.write();
    }, afterMs);
  }

  private write(): Promise<void> {
    this.writing = this.writeBatch().finally(() => {
      this.writing = undefined;
      if (this.buffer.length > 0) this.schedule(this.failures > 0 ? this.backoff() : 0);
    });
    return this.writing;
  }

  /** One append. The batch leaves the buffer only once the log has it, or has refused it for good. */
  private async writeBatch(): Promise<void> {
    const taken = Math.min(this.buffer.length, this.options.batch);
    const records = this.recordsOf(taken);
    try {
      if (records.length > 0) await this.append(records);
      this.failures = 0;
      this.observer.written(records.length);
    } catch (error) {
      this.observer.failed(error);
      if (mayPass(error)) {
        this.failures += 1;
        return;
      }
      this.observer.dropped(records.length, 'refused');
    }
    this.buffer.splice(0, taken);
  }

  /** Makes the records of the first `taken`, once: a retry sends the same bytes, and one too large is counted and gone. */
  private recordsOf(taken: number): NewRecord[] {
    const records: NewRecord[] = [];
    for (let at = 0; at < taken; at += 1) {
      const record = this.buffer[at]?.() ?? null;
      if (record === null) {
        this.observer.dropped(1, 'too-large');
        continue;
      }
      this.buffer[at] = () => record;
      records.push(record);
    }
    return records;
  }

  private backoff(): number {
    return Math.min(this.options.backoffMs.most, this.options.backoffMs.first * 2 ** (this.failures - 1));
  }
}

/** A time limit need not keep the process alive; a wait before the next try must, or the process would end without trying. */
const pause = (ms: number, keepsAlive = true): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (!keepsAlive) timer.unref();
  });

/** Only a Failure that says so is final; an error nobody foresaw may be a broken connection. */
const mayPass = (error: unknown): boolean => !(error instanceof Failure) || error.retryable;
