import { ActionRing } from './action-ring.js';
import { hash64, type Hash64 } from './hash64.js';
import { Names } from './names.js';

/** What is kept of one reader beside registers. */
export interface ReaderRecord {
  /** Engagement: what taste, history and co-reading are made of. */
  readonly actions: ActionRing;
  /** Impressions, which would push all else out of one common ring. */
  readonly exposures: ActionRing;
  /** First register of the reader's chain; -1 when none. */
  registers: number;
  /** Distinct events counted for this reader, and the lane-wise sum of their hashes: one lost or doubled event shows in the state hash. */
  events: number;
  eventsLo: number;
  eventsHi: number;
  /** Lane-wise sum over papers marked read, likewise. */
  readLo: number;
  readHi: number;
  /** Goes up with every change. */
  revision: number;
  /** `revision` when something other than appending to `actions` last happened: what was computed before it can not be continued. */
  rebuilt: number;
}

/** Readers by number. */
export class ReaderTable {
  private readonly refs = new Names();
  private readonly records: ReaderRecord[] = [];
  private readonly hashes: number[] = [];

  get size(): number {
    return this.records.length;
  }

  numberOf(ref: string): number {
    const number = this.refs.numberOf(ref);
    if (number === this.records.length) {
      this.records.push(emptyRecord());
      this.hashes.push(hash64(ref).hi);
    }
    return number;
  }

  find(ref: string): number | undefined {
    return this.refs.find(ref);
  }

  refOf(reader: number): string {
    return this.refs.nameOf(reader);
  }

  get(reader: number): ReaderRecord {
    return this.records[reader]!;
  }

  restore(ref: string, record: ReaderRecord): void {
    this.refs.numberOf(ref);
    this.records.push(record);
    this.hashes.push(hash64(ref).hi);
  }

  /** Order of sampling for co-reading: by hash, then by name. */
  readonly before = (a: number, b: number): boolean =>
    this.hashes[a] === this.hashes[b] ? this.refs.nameOf(a) < this.refs.nameOf(b) : this.hashes[a]! < this.hashes[b]!;
}

const emptyRecord = (): ReaderRecord => ({
  actions: new ActionRing(),
  exposures: new ActionRing(),
  registers: -1,
  events: 0,
  eventsLo: 0,
  eventsHi: 0,
  readLo: 0,
  readHi: 0,
  revision: 0,
  rebuilt: 0,
});

/** Counts an event of the reader that was not seen before. */
export const countEvent = (record: ReaderRecord, id: Hash64): void => {
  record.events++;
  record.eventsLo = (record.eventsLo + id.lo) >>> 0;
  record.eventsHi = (record.eventsHi + id.hi) >>> 0;
};
