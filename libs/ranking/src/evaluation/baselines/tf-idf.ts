import { tokenize } from '../../text/tokenizer.js';
import type { CatalogueScorer } from './catalogue-scores.js';

/**
 * Cosine between the TF-IDF of each text and the sum of those of the history, over words that stand in two texts or more. Sublinear term frequency and smoothed idf.
 * @param texts what each item says, in the order of its number.
 */
export const tfIdf = (texts: readonly string[]): CatalogueScorer => {
  const { rows, postings, terms } = index(texts);
  const profile = new Float64Array(terms);
  return (history, scores) => {
    scores.fill(0);
    const touched = new Set<number>();
    for (let at = 0; at < history.length; at++) {
      for (const { term, weight } of rows[history[at]!]!) {
        profile[term]! += weight;
        touched.add(term);
      }
    }
    let squares = 0;
    for (const term of touched) squares += profile[term]! ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (const term of touched) {
      const { places, weights } = postings[term]!;
      const share = profile[term]! * scale;
      for (let n = 0; n < places.length; n++) scores[places[n]!]! += share * weights[n]!;
      profile[term] = 0;
    }
  };
};

interface Cell {
  readonly term: number;
  readonly weight: number;
}

/** Rows of length one by text, and the same by term. */
const index = (texts: readonly string[]) => {
  const counts = texts.map((text) => {
    const count = new Map<string, number>();
    for (const token of tokenize(text)) count.set(token, (count.get(token) ?? 0) + 1);
    return count;
  });
  const textsWith = new Map<string, number>();
  for (const count of counts) for (const token of count.keys()) textsWith.set(token, (textsWith.get(token) ?? 0) + 1);
  const kept = [...textsWith].filter(([, number]) => number >= 2);
  const termOf = new Map(kept.map(([token], term) => [token, term]));
  const idf = kept.map(([, number]) => 1 + Math.log((1 + texts.length) / (1 + number)));
  const rows = counts.map((count) => {
    const cells = [...count].flatMap(([token, times]): Cell[] => {
      const term = termOf.get(token);
      return term === undefined ? [] : [{ term, weight: (1 + Math.log(times)) * idf[term]! }];
    });
    const norm = Math.hypot(...cells.map(({ weight }) => weight));
    return cells.map(({ term, weight }): Cell => ({ term, weight: weight / norm }));
  });
  const lists = kept.map(() => ({ places: [] as number[], weights: [] as number[] }));
  rows.forEach((cells, place) => {
    for (const { term, weight } of cells) {
      lists[term]!.places.push(place);
      lists[term]!.weights.push(weight);
    }
  });
  const postings = lists.map(({ places, weights }) => ({ places: Int32Array.from(places), weights: Float64Array.from(weights) }));
  return { rows, postings, terms: kept.length };
};
