import type { EpochMs } from '#contracts';
import type { Hash64 } from './hash64.js';

/** Looked up once: in the sandboxes that tests run in, each look-up of a global costs more than the multiplication. */
const { imul } = Math;

/** What one write says: the target value and the stamp that decides between writers. */
export interface RegisterWrite {
  readonly on: boolean;
  /** Tenths of a star for `rate`, `SEED_OF_SELF` for such a seed; 0 otherwise. */
  readonly value: number;
  readonly time: EpochMs;
  readonly recorded: EpochMs;
  /** Stands in for the event id: any fixed total order decides an exact tie of both clocks equally well. */
  readonly id: Hash64;
}

/** Which register. `target` is a paper's number, or an entity's canonical number when `isPaper` is false. */
export interface RegisterKey {
  readonly reader: number;
  readonly action: number;
  readonly isPaper: boolean;
  readonly target: number;
  /** Trusted and untrusted writers have registers of their own: an untrusted undo can never take back a counted vote. */
  readonly trusted: boolean;
}

/** Value of the register of a `seed` by which a reader says to be that author. */
export const SEED_OF_SELF = 1;

const NONE = 0xffffffff;
/** Above this share of used slots probing grows long. */
const MAX_LOAD = 0.7;
/** Columns grow by little: registers are the larger half of a reader. */
const GROWTH = 1.15;
const TRUSTED = 1 << 5;
const PAPER = 1 << 4;

/**
 * Last-writer-wins registers of state actions, one per (reader, action, target, trust): the greatest (time, recordedtime, id) stands. Taking a maximum commutes and is
 * idempotent, so order and duplicates do not matter. Columns of one table, 34 bytes a register plus its place in the index; registers of one reader are chained.
 */
export class Registers {
  private count = 0;
  private reader = new Uint32Array(64);
  private target = new Uint32Array(64);
  /** action | PAPER | TRUSTED */
  private kind = new Uint8Array(64);
  /** value * 2 + on */
  private state = new Uint8Array(64);
  private time = new Float64Array(64);
  /** `recordedtime` less `time`: from minus five minutes to seven days, since what is later is not folded. */
  private delay = new Int32Array(64);
  private idLo = new Uint32Array(64);
  private idHi = new Uint32Array(64);
  private next = new Uint32Array(64);
  private index = new Uint32Array(128).fill(NONE);

  get size(): number {
    return this.count;
  }

  /** The register's number, or -1. */
  find(key: RegisterKey): number {
    const at = this.slotOf(key.reader, key.target, kindOf(key));
    return this.index[at] === NONE ? -1 : this.index[at]!;
  }

  /**
   * Writes if the stamp is the greatest so far. `head` is the first register of the reader's chain (-1 when none).
   * @returns `before`: what stood there when it was replaced (null: nothing did); `won: false` when the register stays as it is.
   */
  write(
    key: RegisterKey,
    write: RegisterWrite,
    head: number,
  ): { readonly won: boolean; readonly before: { on: boolean; time: EpochMs } | null; readonly head: number } {
    const kind = kindOf(key);
    const slot = this.slotOf(key.reader, key.target, kind);
    const at = this.index[slot]!;
    if (at !== NONE) {
      if (!this.isAfter(write, at)) return { won: false, before: null, head };
      const before = { on: this.isOn(at), time: this.time[at]! };
      this.put(at, write);
      return { won: true, before, head };
    }
    const created = this.create(key, kind, head);
    this.index[slot] = created;
    this.put(created, write);
    if (this.count > MAX_LOAD * this.index.length) this.rehash();
    return { won: true, before: null, head: created };
  }

  isOn(register: number): boolean {
    return (this.state[register]! & 1) === 1;
  }

  valueOf(register: number): number {
    return this.state[register]! >> 1;
  }

  timeOf(register: number): EpochMs {
    return this.time[register]!;
  }

  keyOf(register: number): RegisterKey {
    const kind = this.kind[register]!;
    return {
      reader: this.reader[register]!,
      action: kind & 15,
      isPaper: (kind & PAPER) !== 0,
      target: this.target[register]!,
      trusted: (kind & TRUSTED) !== 0,
    };
  }

  stampOf(register: number): RegisterWrite {
    return {
      on: this.isOn(register),
      value: this.valueOf(register),
      time: this.time[register]!,
      recorded: this.time[register]! + this.delay[register]!,
      id: { lo: this.idLo[register]!, hi: this.idHi[register]! },
    };
  }

  /** Next register of the same reader, or -1. */
  nextOf(register: number): number {
    return this.next[register] === NONE ? -1 : this.next[register]!;
  }

  /** The register that counts for the reader: of the trusted and the untrusted one, the later. -1 when there is none. */
  effective(reader: number, action: number, isPaper: boolean, target: number): number {
    const trusted = this.find({ reader, action, isPaper, target, trusted: true });
    const untrusted = this.find({ reader, action, isPaper, target, trusted: false });
    if (trusted < 0 || untrusted < 0) return Math.max(trusted, untrusted);
    return this.isAfter(this.stampOf(untrusted), trusted) ? untrusted : trusted;
  }

  private isAfter(write: RegisterWrite, at: number): boolean {
    if (write.time !== this.time[at]) return write.time > this.time[at]!;
    const delay = write.recorded - write.time;
    if (delay !== this.delay[at]) return delay > this.delay[at]!;
    if (write.id.hi !== this.idHi[at]) return write.id.hi > this.idHi[at]!;
    return write.id.lo > this.idLo[at]!;
  }

  private put(at: number, { on, value, time, recorded, id }: RegisterWrite): void {
    this.state[at] = (value << 1) | (on ? 1 : 0);
    this.time[at] = time;
    this.delay[at] = recorded - time;
    this.idLo[at] = id.lo;
    this.idHi[at] = id.hi;
  }

  private create(key: RegisterKey, kind: number, head: number): number {
    if (this.count === this.reader.length) this.grow();
    const at = this.count++;
    this.reader[at] = key.reader;
    this.target[at] = key.target;
    this.kind[at] = kind;
    this.next[at] = head < 0 ? NONE : head;
    return at;
  }

  private slotOf(reader: number, target: number, kind: number): number {
    const mask = this.index.length - 1;
    let slot = mix(reader, target, kind) & mask;
    for (;;) {
      const at = this.index[slot]!;
      if (at === NONE || (this.reader[at] === reader && this.target[at] === target && this.kind[at] === kind)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private rehash(): void {
    this.index = new Uint32Array(this.index.length * 2).fill(NONE);
    for (let at = 0; at < this.count; at++) this.index[this.slotOf(this.reader[at]!, this.target[at]!, this.kind[at]!)] = at;
  }

  private grow(): void {
    const length = Math.ceil(this.reader.length * GROWTH);
    this.reader = widen(this.reader, new Uint32Array(length));
    this.target = widen(this.target, new Uint32Array(length));
    this.kind = widen(this.kind, new Uint8Array(length));
    this.state = widen(this.state, new Uint8Array(length));
    this.time = widen(this.time, new Float64Array(length));
    this.delay = widen(this.delay, new Int32Array(length));
    this.idLo = widen(this.idLo, new Uint32Array(length));
    this.idHi = widen(this.idHi, new Uint32Array(length));
    this.next = widen(this.next, new Uint32Array(length));
  }
}

const kindOf = ({ action, isPaper, trusted }: RegisterKey): number => action | (isPaper ? PAPER : 0) | (trusted ? TRUSTED : 0);

const mix = (reader: number, target: number, kind: number): number => {
  let h = imul(reader, 0x9e3779b1) ^ imul(target, 0x85ebca6b) ^ imul(kind + 1, 0xc2b2ae35);
  h = imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
};

const widen = <T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};
