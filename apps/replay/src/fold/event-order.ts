import type { EpochMs } from '#contracts';
import { Heap } from './heap.js';
import { LateEntries, type LateReader } from './late-entries.js';
import { comesBefore, type LogEntry } from './log-entry.js';
import type { PaperVectors } from './paper-vectors.js';
import type { Dated, Timeline } from './timeline.js';

/**
 * Entries that came in at most this long after they happened are put in order in memory; all others by way of the disk. Any length gives the same order: at
 * 500 events a second this one holds 15,000.
 */
const WINDOW_MS = 30_000;

const earlier = (a: LogEntry, b: LogEntry): boolean => (a.time === b.time ? comesBefore(a, b) : a.time < b.time);

/** Whether an entry came in too late to be put in order within the window, given how far the clock of the log has come. */
const isLate = (entry: LogEntry, frontier: EpochMs): boolean => entry.time < frontier - WINDOW_MS;

const wanted = (entry: LogEntry, recordedBefore: EpochMs): boolean => entry.recorded < recordedBefore;

/** How far the log's clock has come at an entry: it never goes back, whatever single writers' clocks do. */
class Frontier {
  at: EpochMs = -Infinity;

  moveTo(recorded: EpochMs): void {
    if (recorded > this.at) this.at = recorded;
  }
}

/** A first pass over the stream: the entries that came late, by when they happened. */
const lateEntries = async (recorded: Timeline, vectors: PaperVectors, recordedBefore: EpochMs): Promise<LateReader> => {
  const frontier = new Frontier();
  const late = new LateEntries();
  try {
    for (;;) {
      const dated = recorded.head === undefined ? await recorded.peek() : recorded.head;
      if (dated === null) break;
      recorded.take();
      frontier.moveTo(dated.at);
      if (wanted(dated.entry, recordedBefore) && isLate(dated.entry, frontier.at)) late.add(dated.entry);
    }
  } catch (error) {
    late.discard();
    throw error;
  } finally {
    await recorded.close();
  }
  return late.inOrder(vectors);
};

/**
 * Entries in the order in which they happened, only those recorded before a moment. What came in soon after is put in its place while
 * reading; what came in later is found by a pass over the stream beforehand and lies on disk until its time has come.
 */
export class EventOrder implements Timeline {
  readonly #soon = new Heap<LogEntry>(earlier);
  readonly #frontier = new Frontier();
  #ended = false;
  #head: Dated | null = null;

  private constructor(
    private readonly recorded: Timeline,
    private readonly recordedBefore: EpochMs,
    private readonly late: LateReader,
  ) {}

  /** @param open reads the stream in recorded order from its beginning; called twice. */
  static async open(open: () => Timeline, vectors: PaperVectors, recordedBefore: EpochMs = Infinity): Promise<EventOrder> {
    const late = await lateEntries(open(), vectors, recordedBefore);
    return new EventOrder(open(), recordedBefore, late);
  }

  get head(): Dated | null | undefined {
    if (this.#head !== null) return this.#head;
    if (this.late.head === undefined) return undefined;
    while (!this.#ended && !this.#isSettled) {
      const { head } = this.recorded;
      if (head === undefined) return undefined;
      if (head === null) this.#ended = true;
      else this.#read(head);
    }
    return (this.#head = this.#first());
  }

  async peek(): Promise<Dated | null> {
    for (;;) {
      const { head } = this;
      if (head !== undefined) return head;
      if (this.late.head === undefined) await this.late.peek();
      else await this.recorded.peek();
    }
  }

  take(): void {
    const entry = this.#head!.entry;
    if (entry === this.late.head) this.late.take();
    else this.#soon.pop();
    this.#head = null;
  }

  close(): Promise<void> {
    this.late.close();
    return this.recorded.close();
  }

  /** Nothing that is still to be read can come before the first entry there is. */
  get #isSettled(): boolean {
    const first = this.#first();
    return first !== null && first.at < this.#frontier.at - WINDOW_MS;
  }

  #read({ at, entry }: Dated): void {
    this.recorded.take();
    this.#frontier.moveTo(at);
    if (wanted(entry, this.recordedBefore) && !isLate(entry, this.#frontier.at)) this.#soon.push(entry);
  }

  #first(): Dated | null {
    const [soon, late] = [this.#soon.top ?? null, this.late.head ?? null];
    const entry = soon === null || (late !== null && earlier(late, soon)) ? late : soon;
    if (entry === null) return null;
    return { at: entry.time, entry };
  }
}
