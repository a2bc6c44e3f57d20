import type { Failure } from '#contracts';
import type { AppendOptions, Position } from '../event-log.js';
import { AppendFailure } from '../failures.js';
import type { EventLogObserver } from '../observer.js';
import type { Outgoing } from './outgoing.js';

export interface AppendLimits {
  /** How long the first record of a flush waits for company. One send costs as much as twenty records. */
  readonly lingerMs: number;
  /** A flush ends at this size. Below the broker's max.message.bytes, because one partition may get all of it. */
  readonly flushBytes: number;
  readonly flushRecords: number;
  /** Most bytes that wait, those being sent included. More are refused: the caller has to slow down. */
  readonly bufferBytes: number;
  /** Records that waited longer are refused instead of sent: their caller has given up. */
  readonly maxWaitMs: number;
}

export const defaultAppendLimits: AppendLimits = {
  lingerMs: 2,
  flushBytes: 768 * 1024,
  flushRecords: 2000,
  bufferBytes: 32 * 1024 * 1024,
  maxWaitMs: 10_000,
};

/** Writes records of one topic; resolves with one offset a record, in order, when all are durable. */
export type Flush = (records: readonly Outgoing[]) => Promise<readonly bigint[]>;

/** One call of `append`, possibly spread over several flushes. */
interface Call {
  readonly records: readonly Outgoing[];
  readonly positions: Position[];
  readonly arrivedAt: number;
  readonly waitMs: number;
  taken: number;
  done: boolean;
  resolve(positions: readonly Position[]): void;
  reject(failure: Failure): void;
}

interface Part {
  readonly call: Call;
  readonly from: number;
  readonly to: number;
}

/**
 * Gathers appends to one topic for a few milliseconds and writes them together, one flush at a time, so that records of
 * a key keep the order of the calls and the sizes of flushes grow by themselves under load.
 */
export class AppendBuffer {
  readonly #calls: Call[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #closed = false;

  constructor(
    private readonly topic: string,
    private readonly flush: Flush,
    private readonly limits: AppendLimits,
    private readonly observer: EventLogObserver,
    /** Milliseconds that only grow. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws {AppendFailure} the buffer is full or closed, the records waited too long, or the log failed */
  append(records: readonly Outgoing[], { waitMs = Infinity }: AppendOptions = {}): Promise<readonly Position[]> {
    if (records.length === 0) return Promise.resolve([]);
    const bytes = sizeOf(records);
    if (this.#closed) return this.#refuse(records.length, 'closed', 'the event log is closing');
    // A single call larger than the whole buffer is let in when nothing else waits: else it could never pass.
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.limits.bufferBytes) {
      return this.#refuse(records.length, 'full', `${this.#waitingBytes} bytes already wait for the log`);
    }
    this.#waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      const wait = Math.min(waitMs, this.limits.maxWaitMs);
      this.#calls.push({ records, positions: [], arrivedAt: this.now(), waitMs: wait, taken: 0, done: false, resolve, reject });
      this.#schedule();
    });
  }

  /** Sends what waits, then refuses everything. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#calls.length > 0 || this.#flushing !== null) {
      if (this.#timer !== null) this.#start();
      await this.#flushing;
    }
  }

  #refuse(records: number, reason: 'full' | 'closed', why: string): Promise<never> {
    this.observer.appendFailed?.({ topic: this.topic, records, reason });
    return Promise.reject(
      new AppendFailure(`${records} record(s) for ${this.topic} were not appended: ${why}`, { topic: this.topic, records, reason }),
    );
  }

  #schedule(): void {
    if (this.#flushing !== null) return; // the flush under way looks again when it ends
    if (this.#waitingBytes >= this.limits.flushBytes) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), this.limits.lingerMs);
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#flushing !== null) return;
    this.#flushing = this.#flushAll().finally(() => {
      this.#flushing = null;
      if (this.#calls.length > 0) this.#schedule(); // came after the last look
    });
  }

  async #flushAll(): Promise<void> {
    for (let parts = this.#take(); parts.length > 0; parts = this.#take()) await this.#write(parts);
  }

  /** The next flush: whole calls, or a piece of one that is larger than a flush. */
  #take(): Part[] {
    const parts: Part[] = [];
    let bytes = 0;
    let count = 0;
    while (this.#calls.length > 0) {
      const call = this.#calls[0]!;
      if (this.#expire(call)) continue;
      const from = call.taken;
      let to = from;
      while (
        to < call.records.length &&
        count < this.limits.flushRecords &&
        (count === 0 || bytes + call.records[to]!.bytes <= this.limits.flushBytes)
      ) {
        bytes += call.records[to]!.bytes;
        to++;
        count++;
      }
      if (to > from) parts.push({ call, from, to });
      call.taken = to;
      if (to < call.records.length) break;
      this.#calls.shift();
    }
    return parts;
  }

  /** Drops a call at the head that nobody waits for any more. A call that is partly written goes on. */
  #expire(call: Call): boolean {
    if (!call.done && (call.taken > 0 || this.now() - call.arrivedAt <= call.waitMs)) return false;
    this.#calls.shift();
    this.#waitingBytes -= sizeOf(call.records.slice(call.taken));
    if (!call.done) {
      call.done = true;
      this.observer.appendFailed?.({ topic: this.topic, records: call.records.length, reason: 'expired' });
      call.reject(
        new AppendFailure(`${call.records.length} record(s) for ${this.topic} waited over ${Math.round(call.waitMs)} ms`, {
          topic: this.topic,
          records: call.records.length,
          reason: 'expired',
        }),
      );
    }
    return true;
  }

  async #write(parts: readonly Part[]): Promise<void> {
    const records = parts.flatMap(({ call, from, to }) => call.records.slice(from, to));
    const bytes = sizeOf(records);
    const oldest = parts[0]!.call.arrivedAt;
    try {
      const offsets = await this.flush(records);
      this.observer.appended?.({ topic: this.topic, records: records.length, bytes, seconds: (this.now() - oldest) / 1000 });
      let at = 0;
      for (const { call, from, to } of parts) {
        for (let index = from; index < to; index++, at++)
          call.positions.push({ topic: this.topic, partition: records[at]!.partition, offset: offsets[at]! });
        if (to === call.records.length && !call.done) {
          call.done = true;
          call.resolve(call.positions);
        }
      }
    } catch (error) {
      this.observer.appendFailed?.({ topic: this.topic, records: records.length, reason: 'log' });
      const reason = error instanceof Error ? error.message : String(error);
      for (const { call } of parts) {
        call.done = true; // what is left of it is dropped by #expire
        call.reject(
          new AppendFailure(
            `the log did not confirm ${call.records.length} record(s) for ${this.topic}: ${reason}`,
            { topic: this.topic, records: call.records.length, reason: 'log' },
            { cause: error },
          ),
        );
      }
    } finally {
      this.#waitingBytes -= bytes;
    }
  }
}

const sizeOf = (records: readonly Outgoing[]): number => records.reduce((sum, record) => sum + record.bytes, 0);
