import { LRUCache } from 'lru-cache';
import type { EpochMs } from '#contracts';

/** How an answer came about. */
export type Freshness = 'fresh' | 'stale' | 'miss' | 'last-good';

export interface ReadySettings {
  /** Up to this age an answer is given without a second thought. */
  readonly freshMs: number;
  /** Up to this age it is given while a newer one is fetched; beyond, the caller waits for the newer one. */
  readonly staleMs: number;
  readonly maxBytes: number;
}

interface Entry<T> {
  readonly value: T;
  readonly at: EpochMs;
}

/**
 * Answers that all readers share, as ready bytes: stale-while-revalidate with one computation a key at a time. An entry outlives its
 * use by date until memory is needed, so that there is a last good answer when nobody can compute a new one.
 */
export class ReadyAnswers<T extends object> {
  private readonly entries: LRUCache<string, Entry<T>>;
  private readonly underWay = new Map<string, Promise<T>>();
  /** When the last computation of a key failed: for `freshMs` after that nobody waits for another. */
  private readonly failedAt = new LRUCache<string, EpochMs>({ max: 5_000 });

  constructor(
    private readonly settings: ReadySettings,
    bytesOf: (value: T) => number,
    private readonly now: () => EpochMs = Date.now,
  ) {
    this.entries = new LRUCache({ maxSize: settings.maxBytes, sizeCalculation: ({ value }, key) => bytesOf(value) + key.length * 2 + 200 });
  }

  /** @throws what `compute` threw when there is neither a new nor an old answer. */
  async get(key: string, compute: () => Promise<T>): Promise<{ readonly value: T; readonly freshness: Freshness }> {
    const entry = this.entries.get(key);
    const age = entry === undefined ? Infinity : this.now() - entry.at;
    if (entry !== undefined && age <= this.settings.freshMs) return { value: entry.value, freshness: 'fresh' };
    if (entry !== undefined && age <= this.settings.staleMs) {
      // Nobody waits for this one: its failure shows when the answer becomes too old.
      this.refresh(key, compute).catch(() => undefined);
      return { value: entry.value, freshness: 'stale' };
    }
    if (entry !== undefined && this.failedLately(key)) return { value: entry.value, freshness: 'last-good' };
    try {
      return { value: await this.refresh(key, compute), freshness: 'miss' };
    } catch (error) {
      if (entry === undefined) throw error;
      return { value: entry.value, freshness: 'last-good' };
    }
  }

  /** The newest answer there is, however old. */
  peek(key: string): T | undefined {
    return this.entries.get(key)?.value;
  }

  private refresh(key: string, compute: () => Promise<T>): Promise<T> {
    const running = this.underWay.get(key);
    if (running !== undefined) return running;
    const started = compute()
      .then((value) => {
        this.entries.set(key, { value, at: this.now() });
        this.failedAt.delete(key);
        return value;
      })
      .catch((error: unknown) => {
        this.failedAt.set(key, this.now());
        throw error;
      })
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, started);
    return started;
  }

  private failedLately(key: string): boolean {
    const at = this.failedAt.get(key);
    return at !== undefined && this.now() - at <= this.settings.freshMs;
  }
}
