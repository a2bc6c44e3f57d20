/**
 * Per paper, a sample of the readers who engaged with it: those whose hash is smallest (bottom-k). The k smallest of a set that only grows commute, so the
 * sample does not depend on order; and because every paper samples by the same hash, two papers read by the same people keep the same people, which is what makes co-reading
 * measurable from samples (coordinated sampling: Cohen, "Size-estimation framework", 1997).
 *
 * Why not pair counts: a pair table is quadratic in history length and its bound (top neighbours) does not commute. From these samples and the readers' rings the exact integer
 * co-read counts over sampled readers are made on demand, in a fixed order, and an undone or evicted action simply is not in the ring any more.
 */
export class CoReaders {
  private readonly samples: (Uint32Array | undefined)[] = [];
  private readonly sizes: number[] = [];

  constructor(
    private readonly capacity: number,
    /** Whether reader `a` has the smaller (hash, name). */
    private readonly before: (a: number, b: number) => boolean,
  ) {}

  /** @returns whether the sample changed. */
  add(paper: number, reader: number): boolean {
    const sample = this.samples[paper] ?? EMPTY;
    const size = this.sizes[paper] ?? 0;
    let at = size;
    while (at > 0 && this.before(reader, sample[at - 1]!)) at--;
    if ((at > 0 && sample[at - 1] === reader) || at >= this.capacity) return false;
    const room = size < sample.length ? sample : this.widened(paper, sample, size);
    room.copyWithin(at + 1, at, Math.min(size, room.length - 1));
    room[at] = reader;
    this.sizes[paper] = Math.min(this.capacity, size + 1);
    return true;
  }

  /** The sampled readers, smallest hash first. */
  of(paper: number): Uint32Array {
    return this.samples[paper]?.subarray(0, this.sizes[paper]) ?? EMPTY;
  }

  sizeOf(paper: number): number {
    return this.sizes[paper] ?? 0;
  }

  restore(paper: number, readers: Uint32Array): void {
    if (readers.length === 0) return;
    this.samples[paper] = readers;
    this.sizes[paper] = readers.length;
  }

  private widened(paper: number, sample: Uint32Array, size: number): Uint32Array {
    if (size === this.capacity) return sample;
    const grown = new Uint32Array(Math.min(this.capacity, Math.max(4, size * 2)));
    grown.set(sample);
    this.samples[paper] = grown;
    return grown;
  }
}

const EMPTY = new Uint32Array(0);
