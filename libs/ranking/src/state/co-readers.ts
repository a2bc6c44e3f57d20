import type { WordLists } from './word-lists.js';

/**
 * Per paper, a sample of the readers who engaged with it: those whose hash is smallest (bottom-k). The k smallest of a set that only grows commute, so the
 * sample does not depend on order; and because every paper samples by the same hash, two papers read by the same people keep the same people, which is what makes co-reading
 * measurable from samples (coordinated sampling: Cohen, "Size-estimation framework", 1997).
 *
 * Why not pair counts: a pair table is quadratic in history length and its bound (top neighbours) does not commute. From these samples and the readers' rings the exact integer
 * co-read counts over sampled readers are made on demand, in a fixed order, and an undone or evicted action simply is not in the ring any more.
 */
export class CoReaders {
  private readonly samples: (number | undefined)[] = [];
  private readonly sizes: number[] = [];

  constructor(
    private readonly capacity: number,
    /** Whether reader `a` has the smaller (hash, name). */
    private readonly before: (a: number, b: number) => boolean,
    private readonly lists: WordLists,
  ) {}

  /** @returns whether the sample changed. */
  add(paper: number, reader: number): boolean {
    const { lists } = this;
    const sample = (this.samples[paper] ??= lists.add());
    const size = this.sizes[paper] ?? 0;
    const [there, start] = [lists.pageOf(sample), lists.startOf(sample)];
    let at = size;
    while (at > 0 && this.before(reader, there[start + at - 1]!)) at--;
    if ((at > 0 && there[start + at - 1] === reader) || at >= this.capacity) return false;
    lists.reserve(sample, size, Math.min(this.capacity, size + 1), this.capacity);
    const [page, from] = [lists.pageOf(sample), lists.startOf(sample)];
    page.copyWithin(from + at + 1, from + at, from + Math.min(size, this.capacity - 1));
    page[from + at] = reader;
    this.sizes[paper] = Math.min(this.capacity, size + 1);
    return true;
  }

  /** The sampled readers, smallest hash first. */
  of(paper: number): Uint32Array {
    const sample = this.samples[paper];
    return sample === undefined ? EMPTY : this.lists.words(sample, this.sizes[paper] ?? 0);
  }

  sizeOf(paper: number): number {
    return this.sizes[paper] ?? 0;
  }

  restore(paper: number, readers: Uint32Array): void {
    if (readers.length === 0) return;
    this.samples[paper] = this.lists.addWords(readers);
    this.sizes[paper] = readers.length;
  }
}

const EMPTY = new Uint32Array(0);
