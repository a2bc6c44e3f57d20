import { countTerms, knownTerms } from '../session/encoder-terms.js';
import type { SparseMatrix } from './sparse-matrix.js';

/** The words that the encoder knows, and how much each tells. */
export interface Vocabulary {
  /** By document frequency, descending, then alphabetical. The place of a term is its id. */
  readonly terms: readonly string[];
  /** Smoothed inverse document frequency: `1 + ln((1 + documents) / (1 + df))`. */
  readonly idf: Float32Array;
}

interface Text {
  readonly title: string;
  readonly abstract: string;
}

export interface VocabularyLimits {
  /** Terms in fewer papers are names and typing errors. */
  readonly minPapers: number;
  /** Terms in more than this share of the papers tell nothing. */
  readonly maxShare: number;
  readonly maxTerms: number;
}

export const buildVocabulary = (texts: readonly Text[], { minPapers, maxShare, maxTerms }: VocabularyLimits): Vocabulary => {
  const papersWith = new Map<string, number>();
  for (const text of texts) for (const term of countTerms(text).keys()) papersWith.set(term, (papersWith.get(term) ?? 0) + 1);
  const kept = [...papersWith]
    .filter(([, papers]) => papers >= minPapers && papers <= maxShare * texts.length)
    .sort(([a, inA], [b, inB]) => inB - inA || (a < b ? -1 : 1))
    .slice(0, maxTerms);
  return {
    terms: kept.map(([term]) => term),
    idf: Float32Array.from(kept, ([, papers]) => 1 + Math.log((1 + texts.length) / (1 + papers))),
  };
};

/** TF-IDF rows of length 1, cut to the terms that the encoder reads at serving. A text without a known word is an empty row. */
export const tfIdfMatrix = (texts: readonly Text[], vocabulary: Vocabulary): SparseMatrix => {
  const ids = new Map(vocabulary.terms.map((term, id) => [term, id]));
  const starts = new Int32Array(texts.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (const [row, text] of texts.entries()) {
    const known = knownTerms(text, ids);
    const cells = known.weights.map((weight, at) => weight * (vocabulary.idf[known.ids[at]!] ?? 0));
    const norm = Math.hypot(...cells);
    columns.push(...known.ids);
    values.push(...cells.map((cell) => cell / norm));
    starts[row + 1] = columns.length;
  }
  return {
    rows: texts.length,
    columnCount: vocabulary.terms.length,
    starts,
    columns: Int32Array.from(columns),
    values: Float32Array.from(values),
  };
};
