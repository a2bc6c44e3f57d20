import { DAY_MS, DEDUPE_HORIZON_MS } from './clock.js';
import { HashSet64 } from './hash-set64.js';
import type { Hash64 } from './hash64.js';
import type { EpochMs } from '#contracts';

/**
 * Which keys were seen, kept by day of event time so that whole days can be forgotten.
 *
 * Nothing is forgotten by itself: a watermark of one partition says nothing about another that is read later, so only the caller, who knows when *all*
 * partitions have been read past a moment, may move the line. An event behind the line can not be told from a duplicate and is left out.
 */
export class SeenEvents {
  private readonly days = new Map<number, HashSet64>();
  private firstDay = 0;

  get size(): number {
    let size = 0;
    for (const day of this.days.values()) size += day.size;
    return size;
  }

  isForgotten(time: EpochMs): boolean {
    return dayOf(time) < this.firstDay;
  }

  /**
   * @returns whether the key is new. The neighbouring days are asked too: a retry of an event whose clock ran ahead may be clamped to another day.
   */
  add(time: EpochMs, key: Hash64): boolean {
    const day = dayOf(time);
    if (this.days.get(day - 1)?.has(key) === true || this.days.get(day + 1)?.has(key) === true) return false;
    let keys = this.days.get(day);
    if (keys === undefined) this.days.set(day, (keys = new HashSet64()));
    return keys.add(key);
  }

  /** Everything recorded before `caughtUpTo` has been folded: drops days that no acceptable event can fall into any more. */
  forgetBefore(caughtUpTo: EpochMs): void {
    const first = dayOf(caughtUpTo - DEDUPE_HORIZON_MS);
    if (first <= this.firstDay) return;
    this.firstDay = first;
    for (const day of this.days.keys()) if (day < first) this.days.delete(day);
  }

  entries(): { readonly firstDay: number; readonly days: readonly (readonly [day: number, keys: HashSet64])[] } {
    return { firstDay: this.firstDay, days: [...this.days].sort(([a], [b]) => a - b) };
  }

  restore(firstDay: number, days: readonly (readonly [day: number, keys: HashSet64])[]): void {
    this.firstDay = firstDay;
    for (const [day, keys] of days) this.days.set(day, keys);
  }
}

const dayOf = (time: EpochMs): number => Math.floor(time / DAY_MS);
