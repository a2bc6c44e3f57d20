import type { Hash64 } from './hash64.js';

/** Looked up once: in the sandboxes that tests run in, each look-up of a global costs more than the multiplication. */
const { imul } = Math;

const MIN_SLOTS = 64;
/** Above this share of used slots probing grows long. */
const MAX_LOAD = 0.7;

/** A set of 64-bit hashes, open addressing, linear probing: 8 bytes a slot and no object a key. Grows only. */
export class HashSet64 {
  private slots = new Uint32Array(MIN_SLOTS * 2);
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(key: Hash64): boolean {
    return this.find(this.slots, normalLo(key), key.hi) >= 0;
  }

  /** @returns whether the key is new. */
  add(key: Hash64): boolean {
    const lo = normalLo(key);
    const at = this.find(this.slots, lo, key.hi);
    if (at >= 0) return false;
    this.slots[~at] = lo;
    this.slots[~at + 1] = key.hi;
    if (++this.count > (this.slots.length / 2) * MAX_LOAD) this.grow();
    return true;
  }

  /** The keys as lane pairs, in table order, those of so many slots at a time: nothing may be added in between. */
  *slices(slots: number): Generator<Uint32Array> {
    const { length } = this.slots;
    for (let from = 0; from < length; from += slots * 2) {
      const keys = new Uint32Array(Math.min(slots * 2, length - from));
      let to = 0;
      for (let at = from; at < from + keys.length; at += 2) {
        if (this.slots[at] === 0) continue;
        keys[to++] = this.slots[at]!;
        keys[to++] = this.slots[at + 1]!;
      }
      yield keys.subarray(0, to);
    }
  }

  /** All keys, as of one slice. */
  toArray(): Uint32Array {
    for (const all of this.slices(this.slots.length)) return all;
    return new Uint32Array(0);
  }

  static fromArray(keys: Uint32Array): HashSet64 {
    const set = new HashSet64();
    for (let at = 0; at + 1 < keys.length; at += 2) set.add({ lo: keys[at]!, hi: keys[at + 1]! });
    return set;
  }

  /** Index of the key, or the complement of the free slot where it belongs. */
  private find(slots: Uint32Array, lo: number, hi: number): number {
    const mask = slots.length - 1;
    let at = ((hi ^ imul(lo, 0x9e3779b1)) << 1) & mask & ~1;
    for (;;) {
      const there = slots[at]!;
      if (there === 0) return ~at;
      if (there === lo && slots[at + 1] === hi) return at;
      at = (at + 2) & mask;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] === 0) continue;
      const free = ~this.find(this.slots, old[at]!, old[at + 1]!);
      this.slots[free] = old[at]!;
      this.slots[free + 1] = old[at + 1]!;
    }
  }
}

/** Zero marks a free slot, so a low lane of zero becomes one: costs nothing measurable in collisions. */
const normalLo = ({ lo }: Hash64): number => (lo === 0 ? 1 : lo);
