import { hash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';

/** Open addressing over 64-bit fingerprints; 0 marks an empty slot. Half full at most, so that probes stay short. */
class Generation {
  private readonly slots: BigUint64Array;
  private used = 0;

  constructor(
    private readonly capacity: number,
    readonly born: number,
  ) {
    this.slots = new BigUint64Array(2 ** Math.ceil(Math.log2(capacity * 2)));
  }

  get full(): boolean {
    return this.used >= this.capacity;
  }

  has(fingerprint: bigint): boolean {
    return this.slots[this.place(fingerprint)] === fingerprint;
  }

  add(fingerprint: bigint): void {
    const place = this.place(fingerprint);
    if (this.slots[place] === fingerprint) return;
    this.slots[place] = fingerprint;
    this.used += 1;
  }

  /** Where it is, or where it would go. */
  private place(fingerprint: bigint): number {
    const mask = this.slots.length - 1;
    let place = Number(fingerprint & BigInt(mask));
    while (this.slots[place] !== 0n && this.slots[place] !== fingerprint) place = (place + 1) & mask;
    return place;
  }
}

/**
 * The ids of the last `capacity` or so accepted events, no longer than `windowMs` ago: answers most retries before they reach the
 * log. It is a saving, not the guarantee: SQL and the folds drop duplicates by id in any case.
 *
 * Two generations of half the capacity: the older one is dropped whole when the newer is full or old, so between half and
 * all of the capacity is remembered at 16 to 32 bytes an id. Fingerprints are 64 bits of SHA-256 over a secret of this process and
 * the id: two ids meet by chance once in 10^13 or so, and nobody can make them meet on purpose.
 */
export class RecentIds {
  private readonly secret = randomBytes(16).toString('hex');
  private newer: Generation;
  private older: Generation;

  constructor(
    private readonly capacity: number,
    private readonly windowMs: number,
    private readonly clock: Clock,
  ) {
    this.newer = this.generation();
    this.older = this.generation();
  }

  has(id: string): boolean {
    this.turn();
    const fingerprint = this.fingerprint(id);
    return this.newer.has(fingerprint) || this.older.has(fingerprint);
  }

  add(id: string): void {
    this.turn();
    this.newer.add(this.fingerprint(id));
  }

  private turn(): void {
    const age = this.clock.monotonic() - this.newer.born;
    if (!this.newer.full && age < this.windowMs / 2) return;
    // After a long silence the older generation is past its time as well.
    this.older = age >= this.windowMs ? this.generation() : this.newer;
    this.newer = this.generation();
  }

  private generation(): Generation {
    return new Generation(Math.ceil(this.capacity / 2), this.clock.monotonic());
  }

  private fingerprint(id: string): bigint {
    const digest = hash('sha256', this.secret + id, 'buffer').readBigUInt64LE();
    return digest === 0n ? 1n : digest;
  }
}
