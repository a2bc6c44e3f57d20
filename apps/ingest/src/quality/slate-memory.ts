import { LRUCache } from 'lru-cache';
import type { EpochMs, FeedServedData } from '#contracts';

/** What is known of one shown paper. */
export interface ShownSlot {
  readonly surface: string;
  readonly source: string;
  readonly model: string;
  readonly arm: string;
}

interface Slate {
  readonly at: EpochMs;
  readonly surface: string;
  readonly model: string;
  readonly arm: string;
  readonly papers: readonly string[];
  readonly sources: readonly string[];
}

/** What readers do with a slate they do within minutes; an hour is plenty. */
const KEPT_MS = 3_600_000;
/** Of 25 slots and interned names each, about 10 MB in all. */
const SLATES = 20_000;
const NAMES = 50_000;

/** The slates of the last hour, newest 20,000 of them, by request. */
export class SlateMemory {
  private readonly slates = new LRUCache<string, Slate>({ max: SLATES });
  /** Every slate names the same few thousand papers: one string for each instead of one a slot. */
  private readonly names = new LRUCache<string, string>({ max: NAMES });

  remember({ requestId, surface, model, arm, slots }: FeedServedData, at: EpochMs): void {
    this.slates.set(requestId, {
      at,
      surface,
      model: `${model.name}@${model.version}`,
      arm,
      papers: slots.map(({ paperId }) => this.one(paperId)),
      sources: slots.map(({ source }) => this.one(source)),
    });
  }

  /** Undefined when the request is not known (any more), or showed another paper. */
  find(requestId: string, paperId: string, now: EpochMs): ShownSlot | undefined {
    const slate = this.slates.get(requestId);
    if (slate === undefined || slate.at < now - KEPT_MS) return undefined;
    const place = slate.papers.indexOf(paperId);
    const source = slate.sources[place];
    return source === undefined ? undefined : { surface: slate.surface, source, model: slate.model, arm: slate.arm };
  }

  private one(name: string): string {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    this.names.set(name, name);
    return name;
  }
}
