import { fuse, itemKnn, itemKnnSettings, tfIdf, topItems } from '#ranking';
import type { CatalogueScorer, Fusion } from '#ranking';
import type { LibraryItem } from '../../data/library.js';
import type { Split } from './split.js';

/** `item-knn-half`: readers of n items have n^-0.5 in each cell, as our co-read source weighs them, and not the usual n^-0.25. */
export const sources = ['item-knn', 'item-knn-half', 'tower', 'tf-idf', 'popular'] as const;
export type SourceName = (typeof sources)[number];

/** A fixed way to join sources. */
export interface FixedBlend {
  readonly name: string;
  readonly of: readonly SourceName[];
  readonly fusion: Fusion;
}

const membersOfBlends: readonly (readonly SourceName[])[] = [
  ['item-knn-half', 'tower'],
  ['item-knn-half', 'tf-idf'],
  ['item-knn-half', 'tower', 'tf-idf'],
];
const waysToBlend: readonly { readonly name: string; readonly fusion: (members: number) => Fusion }[] = [
  { name: 'RRF 60', fusion: () => ({ kind: 'reciprocal-ranks', constant: 60 }) },
  { name: 'z-scores', fusion: (members) => ({ kind: 'z-scores', weights: new Array<number>(members).fill(1) }) },
  // item-kNN is the strongest source by far, so the fair opponent gives it more say than the others together.
  {
    name: 'z-scores 2:1',
    fusion: (members) => ({ kind: 'z-scores', weights: [2, ...new Array<number>(members - 1).fill(1 / (members - 1))] }),
  },
];

/** Nine fixed blends; the best of them is chosen on saves that are not judged. */
export const fixedBlends: readonly FixedBlend[] = membersOfBlends.flatMap((of) =>
  waysToBlend.map(({ name, fusion }) => ({ name: `${of.join(' + ')}, ${name}`, of, fusion: fusion(of.length) })),
);

/** Ranks the whole catalogue for one reader by each source alone and by fixed blends of them. */
export class Baselines {
  readonly #scorers: Readonly<Record<SourceName, CatalogueScorer>>;
  readonly #scores: Readonly<Record<SourceName, Float64Array>>;
  readonly #fused: Float64Array;

  /** @param vectors content vectors of the tower, one an item, unit length. */
  constructor(items: readonly LibraryItem[], split: Split, vectors: readonly Float32Array[]) {
    const count = items.length;
    this.#scorers = {
      'item-knn': itemKnn(split.known, count),
      'item-knn-half': itemKnn(split.known, count, { ...itemKnnSettings, shrink: 0.3, readerPower: 0.5 }),
      tower: nearestToMean(vectors),
      'tf-idf': tfIdf(items.map(({ title, abstract }) => `${title} ${abstract}`)),
      popular: mostSaved(split.known, count),
    };
    this.#scores = Object.fromEntries(sources.map((source) => [source, new Float64Array(count)])) as Record<SourceName, Float64Array>;
    this.#fused = new Float64Array(count);
  }

  /** Scores everything for a reader; the lists below are then of this reader. */
  read(history: Int32Array): void {
    for (const source of sources) this.#scorers[source](history, this.#scores[source]);
  }

  bySource(source: SourceName, accepted: Uint8Array, k: number): Int32Array {
    return topItems(this.#scores[source], accepted, k);
  }

  byBlend({ of, fusion }: FixedBlend, accepted: Uint8Array, k: number): Int32Array {
    fuse(
      of.map((source) => this.#scores[source]),
      fusion,
      accepted,
      this.#fused,
    );
    return topItems(this.#fused, accepted, k);
  }
}

/** Cosine between each item's vector and the mean of the history's. */
const nearestToMean = (vectors: readonly Float32Array[]): CatalogueScorer => {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  return (history, scores) => {
    mean.fill(0);
    for (let at = 0; at < history.length; at += 1) vectors[history[at]!]!.forEach((cell, d) => (mean[d]! += cell));
    const norm = Math.hypot(...mean) || 1;
    for (let item = 0; item < scores.length; item += 1) {
      const vector = vectors[item]!;
      let sum = 0;
      for (let d = 0; d < mean.length; d += 1) sum += mean[d]! * vector[d]!;
      scores[item] = sum / norm;
    }
  };
};

const mostSaved = (saves: readonly Int32Array[], items: number): CatalogueScorer => {
  const readersOf = readersOfItems(saves, items);
  return (_, scores) => scores.set(readersOf);
};

/** How many readers saved each item. */
export const readersOfItems = (saves: readonly Int32Array[], items: number): Int32Array => {
  const readers = new Int32Array(items);
  for (const own of saves) for (const item of own) readers[item]! += 1;
  return readers;
};
