import { buildVocabulary, tfIdfMatrix } from './text-matrix.js';
import type { VocabularyLimits } from './text-matrix.js';

/** How like each candidate is to the history. Both as places of papers; only the order of the scores means something. */
export type Likeness = (history: readonly number[], candidates: readonly number[]) => number[];

/** Likeness of words: TF-IDF of each candidate against the sum of the history's. */
export const tfIdfLikeness = (
  texts: readonly { readonly title: string; readonly abstract: string }[],
  limits: VocabularyLimits,
): Likeness => {
  const { starts, columns, values, columnCount } = tfIdfMatrix(texts, buildVocabulary(texts, limits));
  const profile = new Float64Array(columnCount);
  return (history, candidates) => {
    profile.fill(0);
    for (const place of history) for (let at = starts[place]!; at < starts[place + 1]!; at += 1) profile[columns[at]!]! += values[at]!;
    return candidates.map((place) => {
      let sum = 0;
      for (let at = starts[place]!; at < starts[place + 1]!; at += 1) sum += profile[columns[at]!]! * values[at]!;
      return sum;
    });
  };
};
