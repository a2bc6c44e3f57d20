import type { EpochMs } from '#contracts';
import { EntryReader } from '../fold/entry-reader.js';
import { EventOrder } from '../fold/event-order.js';
import { foldEntry } from '../fold/fold-entry.js';
import { foldedPartitions, nextOf } from '../fold/folded-partitions.js';
import type { LogEntry } from '../fold/log-entry.js';
import { RecordedOrder, type Dated, type Timeline } from '../fold/timeline.js';
import { AccrualWatch } from '../watching/accrual-watch.js';
import { NamedPapers } from '../watching/named-papers.js';
import { OutcomeWatch } from '../watching/outcome-watch.js';
import { StreamTally } from '../watching/stream-tally.js';
import { TrendWatch } from '../watching/trend-watch.js';
import type { EntryWatch, MomentWatch } from '../watching/watch.js';
import { Choices } from './choices.js';
import { Ranker } from './ranker.js';
import type { ReplayWork } from './replay-work.js';
import type { ServedIndex } from './served-index.js';
import { ServedWatch } from './served-watch.js';

const HOUR_MS = 3_600_000;
/** Records between two looks at the signal and two tellings of progress. */
const TELL_EVERY = 1_000;

/** First offsets that are folded, and the sizes of the passes. */
const rangesOf = async ({ options: { source, start, range } }: ReplayWork) => {
  const { earliest } = await source.bounds();
  return foldedPartitions.map(({ topic, partition, key }) => {
    const [began, kept] = [nextOf(start.positions, key), nextOf(earliest, key)];
    return { topic, partition, from: began > kept ? began : kept, to: nextOf(range.to, key), told: nextOf(range.from, key) };
  });
};
type Range = Awaited<ReturnType<typeof rangesOf>>[number];

const sizeOf = (ranges: readonly Range[]): number => ranges.reduce((sum, { from, to }) => sum + (to > from ? Number(to - from) : 0), 0);

/** Reads all folded partitions; `hashed` the one time that the records count for the hash of the stream. */
const inRecordedOrder = ({ options: { source }, vectors, hash }: ReplayWork, ranges: readonly Range[], hashed: boolean): Timeline =>
  new RecordedOrder(
    ranges
      .filter(({ from, to }) => from < to)
      .map((place) => new EntryReader({ source, ...place, vectors, ...(hashed ? { seen: (record) => hash.add(record) } : {}) })),
  );

const timelineOf = async (work: ReplayWork, ranges: readonly Range[]): Promise<Timeline> => {
  const { asOf } = work.options;
  if (asOf.kind === 'recorded') return inRecordedOrder(work, ranges, true);
  let passes = 0;
  return EventOrder.open(() => inRecordedOrder(work, ranges, ++passes === 2), work.vectors, asOf.kind === 'by' ? asOf.by : Infinity);
};

/** What a pass along the timeline found, beside what it handed on. */
export interface TimelineFound {
  readonly accrual: AccrualWatch;
  readonly tally: StreamTally;
  readonly papers: NamedPapers;
  readonly choices: number;
  readonly stateHash: string;
}

/** One fold of the whole stretch in the order of its clock, with everything that looks at it on the way. */
export class TimelinePass {
  readonly #ranker: Ranker;
  readonly #tally = new StreamTally();
  readonly #accrual: AccrualWatch;
  readonly #papers: NamedPapers;
  readonly #entryWatches: readonly EntryWatch[];
  readonly #momentWatches: readonly MomentWatch[];
  readonly #served: ServedWatch | null;
  readonly #choices: Choices | null;
  readonly #told: ReadonlyMap<string, readonly bigint[]>;
  #now: EpochMs = -Infinity;

  private constructor(
    private readonly work: ReplayWork,
    index: ServedIndex | null,
    ranges: readonly Range[],
  ) {
    const { options, sink, named } = work;
    const state = options.start.make();
    this.#ranker = new Ranker(state, options.sides);
    this.#accrual = new AccrualWatch(state);
    this.#papers = new NamedPapers(state, named);
    const trends = new TrendWatch(
      (at) => this.#ranker.trending(at),
      (trend) => {
        this.#papers.name(trend.top);
        return sink.trend(trend);
      },
    );
    const outcomes = new OutcomeWatch(index?.asked ?? new Map(), options.outcomeHours * HOUR_MS, (outcome) => {
      this.#papers.name([outcome]);
      return sink.outcome(outcome);
    });
    this.#served = index === null || options.asOf.kind === 'recorded' ? null : new ServedWatch(work, this.#ranker, index.inTime());
    this.#choices = options.at === 'interactions' ? new Choices(work, this.#ranker) : null;
    const looksAtTrends = options.sides.length > 0;
    this.#entryWatches = [this.#tally, this.#accrual, outcomes, ...(looksAtTrends ? [trends] : [])];
    this.#momentWatches = [this.#accrual, ...(looksAtTrends ? [trends] : []), ...(this.#served === null ? [] : [this.#served])];
    this.#told = toldFrom(ranges);
  }

  /** Null when it was interrupted. */
  static async run(work: ReplayWork, index: ServedIndex | null): Promise<TimelineFound | null> {
    const ranges = await rangesOf(work);
    work.progress.expect(sizeOf(ranges));
    const pass = new TimelinePass(work, index, ranges);
    const timeline = await timelineOf(work, ranges);
    try {
      return (await pass.#foldAll(timeline)) ? await pass.#found() : null;
    } finally {
      await timeline.close();
    }
  }

  async #foldAll(timeline: Timeline): Promise<boolean> {
    const { signal, progress } = this.work;
    let folded = 0;
    for (;;) {
      const dated = timeline.head === undefined ? await timeline.peek() : timeline.head;
      if (dated === null) break;
      const waits = this.#step(dated);
      if (waits !== undefined) await waits;
      timeline.take();
      folded += 1;
      if (folded % TELL_EVERY !== 0) continue;
      progress.read(TELL_EVERY);
      if (signal.aborted) return false;
    }
    progress.read(folded % TELL_EVERY);
    while (this.#served !== null && this.#served.next < Infinity && !signal.aborted) await this.#served.reach();
    return !signal.aborted;
  }

  /** Out: a promise only where something has to be waited for, since most entries have nothing to wait for. */
  #step({ at, entry }: Dated): Promise<void> | undefined {
    if (at > this.#now) this.#now = at;
    const told = this.#isTold(entry);
    if (this.#due() <= this.#now || (this.#choices !== null && told)) return this.#stepWaiting(entry, told);
    return this.#fold(entry, told);
  }

  async #stepWaiting(entry: LogEntry, told: boolean): Promise<void> {
    for (let due = this.#first(); due.next <= this.#now; due = this.#first()) await due.reach();
    if (told) await this.#choices?.before(entry, this.#now);
    await this.#fold(entry, told);
  }

  #fold(entry: LogEntry, told: boolean): Promise<void> | undefined {
    this.#papers.before(entry);
    const folded = { entry, at: this.#now, outcome: foldEntry(this.#ranker.state, entry), told };
    const waits: Promise<void>[] = [];
    for (const watch of this.#entryWatches) {
      const wait = watch.folded(folded);
      if (wait !== undefined) waits.push(wait);
    }
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  #due(): EpochMs {
    let due = Infinity;
    for (const { next } of this.#momentWatches) if (next < due) due = next;
    return due;
  }

  #first(): MomentWatch {
    return this.#momentWatches.reduce((first, watch) => (watch.next < first.next ? watch : first));
  }

  #isTold({ record: { topic, partition, offset } }: LogEntry): boolean {
    return offset >= (this.#told.get(topic)?.[partition] ?? 0n);
  }

  async #found(): Promise<TimelineFound> {
    return {
      accrual: this.#accrual,
      tally: this.#tally,
      papers: this.#papers,
      choices: this.#choices?.asked ?? 0,
      stateHash: this.#ranker.state.hash(),
    };
  }
}

const toldFrom = (ranges: readonly Range[]): ReadonlyMap<string, readonly bigint[]> => {
  const from = new Map<string, bigint[]>();
  for (const { topic, partition, told } of ranges) {
    const offsets = from.get(topic) ?? [];
    offsets[partition] = told;
    from.set(topic, offsets);
  }
  return from;
};
