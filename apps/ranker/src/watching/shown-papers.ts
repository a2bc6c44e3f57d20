import { LRUCache } from 'lru-cache';
import type { EpochMs } from '#contracts';

const HOUR_MS = 3_600_000;
/** Readers whose last papers are remembered; those seen longest ago are forgotten first. About 4 KB a reader. */
const READERS = 10_000;
const PAPERS_A_READER = 100;

/** What one answer repeated. */
export interface Repeats {
  readonly shown: number;
  /** Of them, shown to this reader by this replica within the last hour. */
  readonly repeated: number;
}

/**
 * Which papers were shown lately: how many different ones in the last hour (coverage), and how many came to the same reader again. A
 * measurement of this replica alone, bounded, and no part of any ranking.
 */
export class ShownPapers {
  private readonly lastShown = new Map<string, EpochMs>();
  private readonly readers = new LRUCache<string, Map<string, EpochMs>>({ max: READERS });

  show(readerRef: string | undefined, papers: readonly string[], at: EpochMs): Repeats {
    for (const paper of papers) {
      this.lastShown.delete(paper);
      this.lastShown.set(paper, at);
    }
    return readerRef === undefined ? { shown: 0, repeated: 0 } : this.showTo(readerRef, papers, at);
  }

  /** Different papers shown within the hour before `now`. */
  distinct(now: EpochMs): number {
    for (const [paper, at] of this.lastShown) {
      if (at > now - HOUR_MS) break; // in order of time: the rest is newer
      this.lastShown.delete(paper);
    }
    return this.lastShown.size;
  }

  private showTo(readerRef: string, papers: readonly string[], at: EpochMs): Repeats {
    const known = this.readers.get(readerRef) ?? new Map<string, EpochMs>();
    this.readers.set(readerRef, known);
    let repeated = 0;
    for (const paper of papers) {
      if ((known.get(paper) ?? -Infinity) > at - HOUR_MS) repeated += 1;
      known.delete(paper);
      known.set(paper, at);
    }
    for (const paper of known.keys()) {
      if (known.size <= PAPERS_A_READER) break;
      known.delete(paper);
    }
    return { shown: papers.length, repeated };
  }
}
