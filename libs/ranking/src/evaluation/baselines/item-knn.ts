import { SparseSums } from '../../state/sparse-sums.js';
import { TopPlaces } from '../../state/top-places.js';
import type { CatalogueScorer } from './catalogue-scores.js';

export const itemKnnSettings = {
  /** Added to the denominator, so that two items of the same two readers are not "always saved together". */
  shrink: 1,
  /** A reader of n items has n^-this in each cell: who saves everything says little of each. */
  readerPower: 0.25,
  neighbours: 500,
} as const;
export type ItemKnnSettings = { readonly [K in keyof typeof itemKnnSettings]: number };

/**
 * Item-to-item neighbours by co-reading: shrunken cosine of the items' columns of weighted readers, summed over the history.
 * Source: Sarwar et al., "Item-based collaborative filtering recommendation algorithms", WWW 2001; shrinkage as in Bell and Koren, 2007.
 *
 * @param histories items of each reader, each once, numbers below `items`.
 */
export const itemKnn = (histories: readonly Int32Array[], items: number, settings: ItemKnnSettings = itemKnnSettings): CatalogueScorer => {
  const neighbours = neighboursOf(histories, items, settings);
  return (history, scores) => {
    scores.fill(0);
    for (let at = 0; at < history.length; at++) {
      const { places, similarities } = neighbours[history[at]!]!;
      for (let n = 0; n < places.length; n++) scores[places[n]!]! += similarities[n]!;
    }
  };
};

interface Neighbours {
  readonly places: Int32Array;
  readonly similarities: Float64Array;
}

const neighboursOf = (
  histories: readonly Int32Array[],
  items: number,
  { shrink, readerPower, neighbours }: ItemKnnSettings,
): Neighbours[] => {
  const squares = Float64Array.from(histories, ({ length }) => length ** (-2 * readerPower));
  const readersOf = invert(histories, items);
  const norms = Float64Array.from(readersOf, (readers) => Math.sqrt(readers.reduce((sum, reader) => sum + squares[reader]!, 0)));
  const together = new SparseSums();
  return readersOf.map((readers, item) => {
    together.begin(items);
    for (const reader of readers) for (const other of histories[reader]!) together.add(other, squares[reader]!);
    const best = new TopPlaces(neighbours, (a, b) => a < b);
    for (const other of together.papers())
      if (other !== item) best.offer(other, together.sumOf(other) / (norms[item]! * norms[other]! + shrink));
    const kept = best.sorted();
    return { places: Int32Array.from(kept, ({ place }) => place), similarities: Float64Array.from(kept, ({ score }) => score) };
  });
};

const invert = (histories: readonly Int32Array[], items: number): number[][] => {
  const readersOf = Array.from({ length: items }, (): number[] => []);
  histories.forEach((history, reader) => history.forEach((item) => readersOf[item]!.push(reader)));
  return readersOf;
};
