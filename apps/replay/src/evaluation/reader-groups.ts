import type { ReplayedRequest } from '../files/run-files.js';

/** Groups that intervals resample at most: their ends move by some 1 % between 4,096 groups and more, and memory stays bounded however many readers there are. */
const MOST_GROUPS = 4096;

/**
 * Puts each reader's requests into one group, since they resemble each other. The first readers have groups of their own; beyond that, readers share groups by a hash of their name, which keeps groups
 * independent of each other. A request without a reader is a reader of its own.
 */
export class ReaderGroups {
  private readonly groups = new Map<string, number>();
  private taken = 0;
  private withoutReader = 0;

  of({ readerRef, requestId }: ReplayedRequest): number {
    if (readerRef === undefined) {
      this.withoutReader++;
      return this.next(requestId);
    }
    const known = this.groups.get(readerRef);
    if (known !== undefined) return known;
    const group = this.next(readerRef);
    this.groups.set(readerRef, group);
    return group;
  }

  get readers(): number {
    return this.groups.size;
  }

  get anonymousRequests(): number {
    return this.withoutReader;
  }

  private next(name: string): number {
    return this.taken < MOST_GROUPS ? this.taken++ : nameHash(name) % MOST_GROUPS;
  }
}

/** FNV-1a, 32 bits. Source: Fowler, Noll and Vo, 1991. */
export const nameHash = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  // The low bits of FNV are the last letters' alone: mixed once more, so that any few of them can be used.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
};
