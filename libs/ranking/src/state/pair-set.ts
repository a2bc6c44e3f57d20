import { HashSet64 } from './hash-set64.js';

/** Set of (reader, paper) pairs that only grows: papers a reader has opened. 8 bytes a slot; numbers are exact here, not hashes. */
export class PairSet {
  private pairs = new HashSet64();

  get size(): number {
    return this.pairs.size;
  }

  has(reader: number, paper: number): boolean {
    return this.pairs.has({ lo: reader + 1, hi: paper });
  }

  add(reader: number, paper: number): boolean {
    return this.pairs.add({ lo: reader + 1, hi: paper });
  }

  /** See `HashSet64.slices`. */
  slices(slots: number): Iterable<Uint32Array> {
    return this.pairs.slices(slots);
  }

  restore(pairs: Uint32Array): void {
    this.pairs = HashSet64.fromArray(pairs);
  }
}
