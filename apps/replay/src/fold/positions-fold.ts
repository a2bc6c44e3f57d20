import type { Positions } from '#contracts';
import type { RankingState } from '#ranking';
import type { StartState } from '../rerank/engine-types.js';
import { EntryReader } from './entry-reader.js';
import { foldEntry } from './fold-entry.js';
import { foldedPartitions, nextOf, type FoldedPartition } from './folded-partitions.js';
import type { PaperVectors } from './paper-vectors.js';
import type { RecordSource } from './record-source.js';

interface Folding extends FoldedPartition {
  /** Where the state began. */
  readonly first: bigint;
  /** Records below it are in the state, or are not there. */
  next: bigint;
  readonly reader: EntryReader;
}

export interface PositionsFoldParts {
  readonly source: RecordSource;
  readonly start: StartState;
  readonly vectors: PaperVectors;
  readonly signal?: AbortSignal;
  /** Told now and then how many records were folded since it was last told. */
  readonly folded?: (records: number) => void;
}

/** Records between two looks at the signal and two tellings. */
const TELL_EVERY = 1_000;

/**
 * The live state as it was at a vector of positions: every record below them folded. The fold is the same in any order, so partitions are
 * folded one after the other; it only goes forward.
 */
export class PositionsFold {
  #untold = 0;
  /** Offsets below the positions that hold no record any more, such as papers that compaction replaced: the live state had seen them. */
  gaps = 0n;

  private constructor(
    private readonly parts: PositionsFoldParts,
    readonly state: RankingState,
    private readonly partitions: readonly Folding[],
    private readonly end: Positions,
    /** Partitions whose earliest kept record lies behind where the state begins. */
    readonly gone: readonly string[],
  ) {}

  static async begin(parts: PositionsFoldParts): Promise<PositionsFold> {
    const { source, start, vectors } = parts;
    const { earliest, end } = await source.bounds();
    const gone: string[] = [];
    const partitions = foldedPartitions.map((place): Folding => {
      const from = nextOf(start.positions, place.key);
      const kept = nextOf(earliest, place.key);
      if (kept > from) gone.push(place.key);
      const next = kept > from ? kept : from;
      return {
        ...place,
        first: next,
        next,
        reader: new EntryReader({ source, ...place, from: next, to: nextOf(end, place.key), vectors }),
      };
    });
    return new PositionsFold(parts, start.make(), partitions, end, gone);
  }

  /** Whether more was folded than the positions need: then only a new fold can reach them. */
  isPast(positions: Positions): boolean {
    return this.partitions.some(({ key, first, next }) => next > first && next > nextOf(positions, key));
  }

  /** Whether the state already began with records that are not below the positions. */
  beganPast(positions: Positions): boolean {
    return this.partitions.some(({ key, first }) => first > nextOf(positions, key));
  }

  /** Whether the source ends before the positions. */
  isBeyondEnd(positions: Positions): boolean {
    return this.partitions.some(({ key }) => nextOf(positions, key) > nextOf(this.end, key));
  }

  /** Folds every record below the positions. Out: false when it was interrupted. */
  async advance(positions: Positions): Promise<boolean> {
    for (const folding of this.partitions) if (!(await this.#foldTo(folding, nextOf(positions, folding.key)))) return false;
    this.#tell();
    return true;
  }

  async close(): Promise<void> {
    await Promise.all(this.partitions.map(({ reader }) => reader.close()));
  }

  async #foldTo(folding: Folding, to: bigint): Promise<boolean> {
    const { reader } = folding;
    while (folding.next < to) {
      const entry = reader.head === undefined ? await reader.peek() : reader.head;
      const offset = entry?.record.offset ?? to;
      this.gaps += (offset < to ? offset : to) - folding.next;
      folding.next = offset < to ? offset : to;
      if (entry === null || offset >= to) break;
      foldEntry(this.state, entry);
      reader.take();
      folding.next = offset + 1n;
      this.#untold += 1;
      if (this.#untold >= TELL_EVERY) this.#tell();
      if (this.#untold === 0 && this.parts.signal?.aborted === true) return false;
    }
    return true;
  }

  #tell(): void {
    if (this.#untold > 0) this.parts.folded?.(this.#untold);
    this.#untold = 0;
  }
}
