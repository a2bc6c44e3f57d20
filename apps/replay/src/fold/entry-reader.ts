import { decodeRecord, topics } from '#contracts';
import type { StoredRecord } from '#event-log';
import { ENCODE_BATCH } from '#ranking';
import { PartitionReader } from '../stream/partition-reader.js';
import { entryOf, type LogEntry } from './log-entry.js';
import type { PaperVectors } from './paper-vectors.js';
import type { RecordSource } from './record-source.js';

export interface EntryReaderParts {
  readonly source: Pick<RecordSource, 'read'>;
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly vectors: PaperVectors;
  /** Told of every record once, in offset order, before it is handed out. */
  readonly seen?: (record: StoredRecord) => void;
}

/** Entries of one partition. `head` is there without waiting but for the first of a chunk: a fold of millions of records must not await each. */
export class EntryReader {
  readonly #records: PartitionReader;
  /** Read ahead, for papers to be encoded together. */
  #ahead: LogEntry[] = [];
  #over = false;

  constructor(private readonly parts: EntryReaderParts) {
    this.#records = new PartitionReader(parts.source, parts.topic, parts.partition, parts.from, parts.to);
  }

  /** The next entry; null at the end; undefined when `peek` would have to wait. */
  get head(): LogEntry | null | undefined {
    if (this.#ahead.length === 0 && !this.#over) this.#decodeNext();
    return this.#ahead[0] ?? (this.#over ? null : undefined);
  }

  async peek(): Promise<LogEntry | null> {
    for (;;) {
      const { head } = this;
      if (head !== undefined) return head;
      if ((await this.#records.peek()) === null) this.#over = true;
      else if (this.#holdsPapers) await this.#encodeNext();
    }
  }

  /** Passes over `head`, which must be there. */
  take(): void {
    this.#ahead.shift();
  }

  close(): Promise<void> {
    this.#over = true;
    this.#ahead = [];
    return this.#records.close();
  }

  get #holdsPapers(): boolean {
    return this.parts.topic === topics.papers.name;
  }

  #decodeNext(): void {
    const record = this.#records.head;
    if (record === null) this.#over = true;
    if (record === null || record === undefined || this.#holdsPapers) return;
    void this.#records.next(); // it is there, so this takes it at once
    this.parts.seen?.(record);
    this.#ahead.push(entryOf(record, decodeRecord(record), null));
  }

  async #encodeNext(): Promise<void> {
    const records: StoredRecord[] = [];
    for (
      let record = this.#records.head;
      record !== null && record !== undefined && records.length < ENCODE_BATCH;
      record = this.#records.head
    ) {
      void this.#records.next(); // it is there, so this takes it at once
      this.parts.seen?.(record);
      records.push(record);
    }
    const decoded = await this.parts.vectors.decode(records);
    this.#ahead = records.map((record, i) => entryOf(record, decoded[i]!.decoded, decoded[i]!.vector));
  }
}
