import { LRUCache } from 'lru-cache';
import type { Paper, PaperId } from '#contracts';
import { AliasIndex } from './alias-index.js';
import { dayOf } from './calendar.js';
import { cardOf } from './card.js';
import { DayIndex } from './day-index.js';

/** Citations are for the ranker: no card shows them, and they are the longest field. */
export type KeptPaper = Omit<Paper, 'cites'>;

interface Entry {
  readonly paper: KeptPaper;
  /** Where the record stands in its partition. A paper's records share one partition, so a lower offset is an older record. */
  readonly offset: bigint;
  readonly bytes: number;
}

export interface CatalogueSettings {
  readonly cardCacheBytes: number;
}

/**
 * All papers, in memory, as the log tells them: look-up by id and alias, pages by day of the feed, ready-made cards.
 *
 * Memory: the text of each paper once (about 2 bytes a character in the worst case; some 3 KB a paper with abstract and authors) plus
 * index entries (about 300 bytes), plus ready cards bounded by `cardCacheBytes`. 10,000 papers take some 40 MB. `bytes` tells.
 */
export class Catalogue {
  private readonly entries = new Map<PaperId, Entry>();
  /** Offsets of withdrawals, so that a late local fold can not bring a paper back. One small entry each. */
  private readonly withdrawn = new Map<PaperId, bigint>();
  private readonly aliases = new AliasIndex();
  private readonly days = new DayIndex();
  private readonly cards: LRUCache<PaperId, string>;
  private totalBytes = 0;

  constructor({ cardCacheBytes }: CatalogueSettings) {
    this.cards = new LRUCache({ maxSize: cardCacheBytes, sizeCalculation: (card) => card.length * 2 + 100 });
  }

  get size(): number {
    return this.entries.size;
  }

  /** Estimated bytes of the text kept, without ready cards. */
  get bytes(): number {
    return this.totalBytes;
  }

  /** Puts a record of the log in place; the one with the higher offset stays. True when it changed something. */
  fold(id: PaperId, paper: Paper | null, offset: bigint): boolean {
    const newest = this.entries.get(id)?.offset ?? this.withdrawn.get(id) ?? -1n;
    if (offset <= newest) return false;
    this.remove(id);
    if (paper === null) this.withdrawn.set(id, offset);
    else this.put(paper, offset);
    return true;
  }

  /** The paper with this id, else the one that its alias means: an own id always goes before an alias of the same spelling. */
  find(id: PaperId): KeptPaper | undefined {
    return (this.entries.get(id) ?? this.entries.get(this.aliases.ownerOf(id) ?? id))?.paper;
  }

  /** Every paper that goes by this id, as its own or as an alias; `find` answers the first. */
  claimants(id: PaperId): readonly KeptPaper[] {
    return [...new Set([id, ...this.aliases.ownersOf(id)])].flatMap((owner) => this.entries.get(owner)?.paper ?? []);
  }

  /** The id that a paper is known by, or undefined for an unknown one. */
  canonical(id: PaperId): PaperId | undefined {
    return this.find(id)?.id;
  }

  /** The paper's card as JSON text, made on first use. */
  cardJson(id: PaperId): string | undefined {
    const paper = this.find(id);
    if (paper === undefined) return undefined;
    // Kept under the own id: whom an alias means can change without a record of that paper.
    const ready = this.cards.get(paper.id);
    if (ready !== undefined) return ready;
    const card = JSON.stringify(cardOf({ ...paper, cites: [] }));
    this.cards.set(paper.id, card);
    return card;
  }

  /** A page over all papers, newest day of the feed first. */
  newest(offset: number, limit: number): readonly PaperId[] {
    return this.days.page(offset, limit);
  }

  /** Papers of the given days of the feed, newest day first, latest submission first within a day. */
  onDays(days: readonly string[]): readonly PaperId[] {
    return [...days].reverse().flatMap((day) => this.days.on(day));
  }

  /** Newest papers first, as long as the caller goes on reading. */
  *all(): Generator<KeptPaper> {
    for (const id of this.days.all()) {
      const paper = this.entries.get(id)?.paper;
      if (paper !== undefined) yield paper;
    }
  }

  private put({ cites: _, ...paper }: Paper, offset: bigint): void {
    const bytes = sizeOf(paper);
    this.entries.set(paper.id, { paper, offset, bytes });
    this.withdrawn.delete(paper.id);
    this.totalBytes += bytes;
    for (const alias of paper.aliases) this.aliases.add(alias, paper.id);
    this.days.add(feedDayOf(paper), paper.id, paper.submittedAt ?? paper.publishedAt);
  }

  private remove(id: PaperId): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    this.entries.delete(id);
    this.cards.delete(id);
    this.totalBytes -= entry.bytes;
    for (const alias of entry.paper.aliases) this.aliases.delete(alias, id);
    this.days.delete(feedDayOf(entry.paper), id);
  }
}

/** Day that a paper stands under in lists: the day of the feed where its source has one, else its own day. */
export const feedDayOf = (paper: Pick<Paper, 'listedOn' | 'publishedAt'>): string => paper.listedOn ?? dayOf(paper.publishedAt);

const sizeOf = (paper: KeptPaper): number =>
  600 +
  2 *
    (paper.title.length +
      paper.abstract.length +
      paper.authors.reduce((sum, name) => sum + name.length + 8, 0) +
      paper.topics.reduce((sum, topic) => sum + topic.length + 8, 0));
