import type { RecentIds } from './recent-ids.js';

/**
 * What a batch may do with an id. `fresh`: append it, then settle. `duplicate`: the same event was accepted before. `reused`: another
 * event was, or is about to be, accepted under this id. `pending`: the same event is on its way right now, from this batch or another;
 * `accepted` tells how that ended.
 */
export type Claim =
  | { readonly kind: 'fresh'; settle(accepted: boolean): void }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'reused' }
  | { readonly kind: 'pending'; readonly accepted: Promise<boolean> };

/**
 * One writer an id at a time. A retry that overtakes its first try must not be told `duplicate` before the first is durable: were that one to
 * fail, the event would be lost.
 */
export class IdClaims {
  private readonly pending = new Map<string, { readonly content: string; readonly accepted: Promise<boolean> }>();

  constructor(private readonly recent: RecentIds) {}

  /**
   * `owner` is who the id belongs to (a reader: ids of two readers never meet), `content` what the event says, without its clock, since a
   * retry may be stamped anew.
   */
  claim(owner: string, id: string, content: string): Claim {
    const key = `${owner} ${id}`;
    const whole = `${key} ${content}`;
    const underWay = this.pending.get(key);
    if (underWay !== undefined) return underWay.content === content ? { kind: 'pending', accepted: underWay.accepted } : { kind: 'reused' };
    if (this.recent.has(key)) return { kind: this.recent.has(whole) ? 'duplicate' : 'reused' };
    const { promise, resolve } = withResolvers<boolean>();
    this.pending.set(key, { content, accepted: promise });
    return {
      kind: 'fresh',
      settle: (accepted) => {
        if (accepted) {
          // In this order: were the key remembered longer than the whole, a retry would be taken for another event.
          this.recent.add(key);
          this.recent.add(whole);
        }
        this.pending.delete(key);
        resolve(accepted);
      },
    };
  }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
const withResolvers = <T>(): { promise: Promise<T>; resolve: (value: T) => void } => {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};
