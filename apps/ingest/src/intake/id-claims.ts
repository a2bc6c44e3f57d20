import type { RecentIds } from './recent-ids.js';

/**
 * What a batch may do with an id. `fresh`: append it, then settle. `duplicate`: it was accepted before. `pending`: the same id is on its
 * way right now, from this batch or another; `accepted` tells how that ended.
 */
export type Claim =
  | { readonly kind: 'fresh'; settle(accepted: boolean): void }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'pending'; readonly accepted: Promise<boolean> };

/**
 * One writer an id at a time. A retry that overtakes its first try must not be told `duplicate` before the first is durable: were that one to
 * fail, the event would be lost.
 */
export class IdClaims {
  private readonly pending = new Map<string, Promise<boolean>>();

  constructor(private readonly recent: RecentIds) {}

  claim(id: string): Claim {
    const underWay = this.pending.get(id);
    if (underWay !== undefined) return { kind: 'pending', accepted: underWay };
    if (this.recent.has(id)) return { kind: 'duplicate' };
    const { promise, resolve } = withResolvers<boolean>();
    this.pending.set(id, promise);
    return {
      kind: 'fresh',
      settle: (accepted) => {
        if (accepted) this.recent.add(id);
        this.pending.delete(id);
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
