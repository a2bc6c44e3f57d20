import { LRUCache } from 'lru-cache';
import type { EpochMs, PaperId, Positions, ReaderRef } from '#contracts';
import type { Echo, EchoedHide } from '../cursors/position-header.js';

/** Rankers are behind by well under a second; after this long a position has nothing left to say. */
const POSITIONS_KEPT_MS = 2 * 60_000;
/** Hides are kept longer: they also protect the fall-back lists, which are made without a ranker. */
const HIDES_KEPT_MS = 24 * 3_600_000;
/** A hide that comes later than this may be older than an undo that another gateway took: only until rankers have folded it is it believed. */
const HIDE_IS_NEWS_MS = 2 * 60_000;
const MAX_READERS = 50_000;
const MAX_HIDES = 300;

/** What a reader wrote lately, as the next feed of that reader has to respect it. */
export interface RecentWrites {
  /** Answer only after these positions are folded. */
  readonly after: Positions;
  /** Papers hidden through this gateway, or through another one that the client told of; newest last. */
  readonly hidden: readonly PaperId[];
}

interface Entry {
  positions: Record<string, { next: bigint; at: EpochMs }>;
  /** The last word on each paper, oldest first; one that was taken back is kept, or an older hide that comes later would win. */
  readonly hides: Map<PaperId, { readonly on: boolean; readonly time: EpochMs; readonly taken: EpochMs; readonly until: EpochMs }>;
}

/**
 * Remembers, per reader, where the last accepted events stand in the log and which papers were just hidden. About 200 bytes a reader
 * plus 100 a hide, so at most some 300 MB if 50,000 readers hide 300 papers each within a day.
 */
export class ReadYourWrites {
  private readonly readers = new LRUCache<ReaderRef, Entry>({ max: MAX_READERS, ttl: HIDES_KEPT_MS });

  constructor(private readonly now: () => EpochMs = Date.now) {}

  accepted(reader: ReaderRef, partition: string, offset: string): void {
    const entry = this.entry(reader);
    const next = BigInt(offset) + 1n;
    const known = entry.positions[partition];
    if (known === undefined || known.next < next) entry.positions[partition] = { next, at: this.now() };
  }

  /** @param time when the reader did it: the later of two wins, in whatever order they come, as in the rankers. */
  hid(reader: ReaderRef, paper: PaperId, on: boolean, time: EpochMs, taken: EpochMs = this.now()): void {
    const { hides } = this.entry(reader);
    if ((hides.get(paper)?.time ?? -Infinity) > time) return;
    hides.delete(paper);
    hides.set(paper, { on, time, taken, until: taken + (taken - time > HIDE_IS_NEWS_MS ? POSITIONS_KEPT_MS : HIDES_KEPT_MS) });
    const [oldest] = hides.keys();
    if (hides.size > MAX_HIDES && oldest !== undefined) hides.delete(oldest);
  }

  /** Takes what the client was told by another gateway; news of the last two minutes, since older ones are folded everywhere. */
  heard(reader: ReaderRef, told: readonly EchoedHide[]): void {
    for (const { paper, time, taken } of told) if (this.isNews(taken)) this.hid(reader, paper, true, time, taken);
  }

  /** What the client has to tell the next gateway. */
  echo(reader: ReaderRef): Echo {
    const hides = [...(this.readers.get(reader)?.hides ?? [])].flatMap(([paper, { on, time, taken }]) =>
      on && this.isNews(taken) ? [{ paper, time, taken }] : [],
    );
    return { after: this.of(reader).after, hides };
  }

  private isNews(taken: EpochMs): boolean {
    return this.now() - taken < POSITIONS_KEPT_MS;
  }

  of(reader: ReaderRef): RecentWrites {
    const entry = this.readers.get(reader);
    if (entry === undefined) return { after: {}, hidden: [] };
    const fresh = Object.entries(entry.positions).filter(([, { at }]) => this.isNews(at));
    return {
      after: Object.fromEntries(fresh.map(([partition, { next }]) => [partition, next.toString()])),
      hidden: [...entry.hides].flatMap(([paper, { on, until }]) => (on && this.now() < until ? [paper] : [])),
    };
  }

  private entry(reader: ReaderRef): Entry {
    const known = this.readers.get(reader);
    const entry = known ?? { positions: {}, hides: new Map() };
    this.readers.set(reader, entry);
    return entry;
  }
}

/** The later of two sets of positions, partition by partition. */
export const laterPositions = (a: Positions, b: Positions): Positions => {
  const later: Record<string, string> = { ...a };
  for (const [partition, next] of Object.entries(b)) {
    const known = later[partition];
    if (known === undefined || BigInt(known) < BigInt(next)) later[partition] = next;
  }
  return later;
};
