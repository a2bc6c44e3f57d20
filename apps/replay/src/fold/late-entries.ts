import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as rest } from 'node:timers/promises';
import { mergedLines } from '../run/parts/merged-lines.js';
import { PartWriter } from '../run/parts/part-writer.js';
import { SortedRuns } from '../run/parts/sorted-runs.js';
import { lineOf, recordOf } from '../stream/sources/record-line.js';
import { entryOf, type LogEntry } from './log-entry.js';
import type { PaperVectors } from './paper-vectors.js';

/** Entries that are read back at once, so that papers among them are encoded together. */
const BATCH = 256;
/** Dates reach this far before 1970: added, so that no moment is negative and digits sort as numbers do. */
const LARGEST_DATE_MS = 8.64e15;

/** Sorts as the entries do: by when they happened, then as `comesBefore` has it. */
const keyOf = ({ time, record: { topic, partition, offset } }: LogEntry): string =>
  `${String(time + LARGEST_DATE_MS).padStart(17, '0')} ${topic} ${String(partition).padStart(10, '0')} ${String(offset).padStart(20, '0')}`;

const textOf = ({ record }: LogEntry): string => `${record.topic} ${record.partition} ${lineOf(record)}`;

const recordOfText = (latin1: string): LogEntry['record'] => {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  const afterTopic = text.indexOf(' ');
  const afterPartition = text.indexOf(' ', afterTopic + 1);
  return recordOf(text.slice(0, afterTopic), Number(text.slice(afterTopic + 1, afterPartition)), text.slice(afterPartition + 1));
};

/**
 * Entries that came in late, on disk until their time has come: a stream that was loaded afterwards has nothing else, and its length must not be
 * limited by memory. Their files lose their names as soon as they are sorted, so that nothing is left behind however the process ends.
 */
export class LateEntries {
  readonly #folder = mkdtempSync(join(tmpdir(), 'broadsheet-late-'));
  readonly #path = join(this.#folder, 'entries');
  readonly #written = new PartWriter(this.#path, 'begin');

  add(entry: LogEntry): void {
    this.#written.write({ key: keyOf(entry), json: textOf(entry) });
  }

  /** All that were added, by when they happened. Nothing can be added any more. */
  async inOrder(vectors: PaperVectors): Promise<LateReader> {
    this.#written.close();
    const runs = new SortedRuns(join(this.#folder, 'sorted'));
    try {
      await runs.add(this.#path, () => rest());
    } catch (error) {
      runs[Symbol.dispose]();
      throw error;
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
    return new LateReader(runs, vectors);
  }

  /** In place of `inOrder`, when the pass over the stream failed. */
  discard(): void {
    this.#written.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Late entries one by one. */
export class LateReader {
  readonly #lines: Iterator<string>;
  #batch: readonly LogEntry[] = [];
  #at = 0;
  #over = false;

  constructor(
    private readonly runs: SortedRuns,
    private readonly vectors: PaperVectors,
  ) {
    this.#lines = mergedLines(runs.stretches);
  }

  /** The next entry; null at the end; undefined when `peek` would have to wait. */
  get head(): LogEntry | null | undefined {
    return this.#batch[this.#at] ?? (this.#over ? null : undefined);
  }

  async peek(): Promise<LogEntry | null> {
    while (this.head === undefined) await this.#readOn();
    return this.head;
  }

  /** Passes over `head`, which must be there. */
  take(): void {
    this.#at += 1;
  }

  close(): void {
    if (this.#lines.return !== undefined) this.#lines.return();
    this.runs[Symbol.dispose]();
    this.#batch = [];
    this.#over = true;
  }

  async #readOn(): Promise<void> {
    const records: LogEntry['record'][] = [];
    for (let next = this.#lines.next(); next.done !== true; next = this.#lines.next()) {
      records.push(recordOfText(next.value));
      if (records.length === BATCH) break;
    }
    const decoded = await this.vectors.decode(records);
    this.#batch = records.map((record, i) => entryOf(record, decoded[i]!.decoded, decoded[i]!.vector));
    this.#at = 0;
    if (records.length === 0) this.#over = true;
  }
}
