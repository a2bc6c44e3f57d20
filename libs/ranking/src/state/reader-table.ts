import { ActionRing } from './action-ring.js';
import { hash64, type Hash64 } from './hash64.js';
import { Names } from './names.js';
import type { WordLists } from './word-lists.js';

/** What is kept of one reader beside registers. */
export interface ReaderRecord {
  /** Engagement: what taste, history and co-reading are made of. */
  readonly actions: ActionRing;
  /** Impressions, which would push all else out of one common ring. */
  readonly exposures: ActionRing;
  /** First register of the reader's chain; -1 when none. */
  registers: number;
  /** Goes up with every change. */
  revision: number;
  /** `revision` when something other than appending to `actions` last happened: what was computed before it can not be continued. */
  rebuilt: number;
}

/** Words kept of a reader for the state hash: events counted, and the lane-wise sums of the hashes of those events and of the papers marked read. One lost or doubled event shows. */
const TALLIES = 5;

/** Readers by number. */
export class ReaderTable {
  private readonly refs = new Names();
  private readonly records: ReaderRecord[] = [];
  private readonly hashes: number[] = [];
  private tallies = new Uint32Array(0);

  constructor(private readonly lists: WordLists) {}

  get size(): number {
    return this.records.length;
  }

  numberOf(ref: string): number {
    const number = this.refs.numberOf(ref);
    if (number === this.records.length) {
      const [actions, exposures] = [new ActionRing(this.lists), new ActionRing(this.lists)];
      this.append(ref, { actions, exposures, registers: -1, revision: 0, rebuilt: 0 });
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

  /** The reader's words for the state hash; do not write. */
  talliesOf(reader: number): Uint32Array {
    return this.tallies.subarray(reader * TALLIES, (reader + 1) * TALLIES);
  }

  /** Counts an event of the reader that was not seen before. */
  countEvent(reader: number, { lo, hi }: Hash64): void {
    const tallies = this.talliesOf(reader);
    tallies[0]! += 1;
    tallies[1]! += lo;
    tallies[2]! += hi;
  }

  /** Counts a paper that the reader was not known to have read. */
  countRead(reader: number, { lo, hi }: Hash64): void {
    const tallies = this.talliesOf(reader);
    tallies[3]! += lo;
    tallies[4]! += hi;
  }

  /** Call in the order of numbers. */
  restore(ref: string, rings: { readonly actions: Uint32Array; readonly exposures: Uint32Array }, tallies: readonly number[]): void {
    const reader = this.refs.numberOf(ref);
    const [actions, exposures] = [new ActionRing(this.lists, rings.actions), new ActionRing(this.lists, rings.exposures)];
    this.append(ref, { actions, exposures, registers: -1, revision: 0, rebuilt: 0 });
    this.talliesOf(reader).set(tallies);
  }

  /** Order of sampling for co-reading: by hash, then by name. */
  readonly before = (a: number, b: number): boolean =>
    this.hashes[a] === this.hashes[b] ? this.refs.nameOf(a) < this.refs.nameOf(b) : this.hashes[a]! < this.hashes[b]!;

  private append(ref: string, record: ReaderRecord): void {
    this.records.push(record);
    this.hashes.push(hash64(ref).hi);
    if (this.records.length * TALLIES <= this.tallies.length) return;
    const grown = new Uint32Array(TALLIES * Math.ceil(this.records.length * GROWTH + 16));
    grown.set(this.tallies);
    this.tallies = grown;
  }
}

const GROWTH = 1.25;
