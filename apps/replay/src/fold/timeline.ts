import type { EpochMs } from '#contracts';
import type { EntryReader } from './entry-reader.js';
import { Heap } from './heap.js';
import { comesBefore, type LogEntry } from './log-entry.js';

/** Entries of all partitions in one order. */
export interface Timeline {
  /** The next entry and its moment; null at the end; undefined when `peek` would have to wait. */
  readonly head: Dated | null | undefined;
  peek(): Promise<Dated | null>;
  /** Passes over `head`, which must be there. */
  take(): void;
  close(): Promise<void>;
}

export interface Dated {
  readonly at: EpochMs;
  readonly entry: LogEntry;
}

interface Lane {
  readonly reader: EntryReader;
  head: Dated;
}

const earlier = (a: Dated, b: Dated): boolean => (a.at === b.at ? comesBefore(a.entry, b.entry) : a.at < b.at);

/**
 * Entries in the order in which we took them: of the next entries of all partitions always the one that was recorded first. Within a partition
 * the log's order stands, even where the clocks of two writers differ.
 */
export class RecordedOrder implements Timeline {
  readonly #lanes = new Heap<Lane>((a, b) => earlier(a.head, b.head));
  /** Partitions whose next entry has to be waited for. */
  readonly #waiting: EntryReader[];

  constructor(private readonly readers: readonly EntryReader[]) {
    this.#waiting = [...readers];
  }

  get head(): Dated | null | undefined {
    if (this.#waiting.length > 0) return undefined;
    return this.#lanes.top?.head ?? null;
  }

  async peek(): Promise<Dated | null> {
    for (let reader = this.#waiting.pop(); reader !== undefined; reader = this.#waiting.pop()) {
      const entry = await reader.peek();
      if (entry !== null) this.#lanes.push({ reader, head: { at: entry.recorded, entry } });
    }
    return this.#lanes.top?.head ?? null;
  }

  take(): void {
    const lane = this.#lanes.top!;
    lane.reader.take();
    const entry = lane.reader.head;
    if (entry !== null && entry !== undefined) {
      lane.head = { at: entry.recorded, entry };
      this.#lanes.topChanged();
      return;
    }
    this.#lanes.pop();
    if (entry === undefined) this.#waiting.push(lane.reader);
  }

  async close(): Promise<void> {
    await Promise.all(this.readers.map((reader) => reader.close()));
  }
}
