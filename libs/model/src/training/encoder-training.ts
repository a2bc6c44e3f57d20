import { encoderGraph, quantiseRows } from '../graphs/encoder-graph.js';
import type { QuantisedRows } from '../graphs/encoder-graph.js';
import type { HfPapers } from './hf-papers.js';
import { randomisedSvd } from './randomised-svd.js';
import type { RunMeter } from './run-meter.js';
import { mean, seededRandom } from '#ranking';
import { timesDense } from './sparse-matrix.js';
import type { SparseMatrix } from './sparse-matrix.js';
import { isTasteCase, readerDays } from './taste-cases.js';
import { listAuc, listReciprocalRank } from './ranking-figures.js';
import { buildVocabulary, tfIdfMatrix } from './text-matrix.js';

export const encoderSettings = {
  dimensions: 128,
  minPapers: 2,
  maxShare: 0.5,
  maxTerms: 18_000,
  /** Singular directions are divided by their value to this power: the first ones tell the field, which is common to many papers. */
  flattening: 0.35,
} as const;
export type EncoderSettings = { readonly [K in keyof typeof encoderSettings]: number };

export interface TrainedEncoder {
  readonly graph: Uint8Array;
  readonly terms: readonly string[];
  readonly words: QuantisedRows;
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Content vectors by latent semantic analysis: TF-IDF of title and abstract, projected on the leading right singular vectors of
 * the paper-term matrix. Deterministic for one seed and data set.
 * Source: Deerwester et al., "Indexing by latent semantic analysis", 1990.
 */
export const trainEncoder = (data: HfPapers, settings: EncoderSettings, seed: number, meter: RunMeter): TrainedEncoder => {
  const texts = data.papers.map(({ paper }) => paper);
  const vocabulary = buildVocabulary(texts, settings);
  const matrix = tfIdfMatrix(texts, vocabulary);
  meter.say(`${texts.length} papers, ${vocabulary.terms.length} terms, ${matrix.values.length} cells`);
  const { vectors, singularValues } = randomisedSvd(matrix, settings.dimensions, seededRandom(seed), (text) => meter.say(text));
  const projection = scaleColumns(vectors, singularValues, settings);
  const words = quantiseRows(scaleRows(projection, vocabulary.idf, settings.dimensions), settings.dimensions);
  const metrics = judgeEncoder(data, matrix, projection, settings.dimensions);
  meter.say(
    Object.entries(metrics)
      .map(([name, value]) => `${name} ${value.toFixed(3)}`)
      .join(', '),
  );
  return { graph: encoderGraph(words), terms: vocabulary.terms, words, rows: texts.length, metrics };
};

const scaleColumns = (vectors: Float64Array, singularValues: Float64Array, { dimensions, flattening }: EncoderSettings): Float64Array =>
  vectors.map((cell, at) => cell * Math.max(singularValues[at % dimensions]!, 1e-9) ** -flattening);

/** Folds the inverse document frequency into the word vectors, so that serving needs term counts only. */
const scaleRows = (vectors: Float64Array, idf: Float32Array, dimensions: number): Float64Array =>
  vectors.map((cell, at) => cell * idf[Math.floor(at / dimensions)]!);

/** The data set's protocol for taste: the last 20 submissions stand for the reader, compared with each paper of the day. */
const PROFILE = 20;

/** Encoder and plain TF-IDF side by side, ranking a day's papers for a submitter. */
const judgeEncoder = (data: HfPapers, matrix: SparseMatrix, projection: Float64Array, dimensions: number): Record<string, number> => {
  const dense = normaliseRows(timesDense(matrix, projection, dimensions), dimensions);
  const figures: Record<string, number[]> = { auc: [], mrr: [], aucTfIdf: [], mrrTfIdf: [] };
  const cases = readerDays(data).filter(isTasteCase);
  for (const { candidates, wanted, history } of cases) {
    const gains = candidates.map((place) => (wanted.has(place) ? 1 : 0));
    const profile = history.slice(-PROFILE);
    for (const [way, scores] of [
      ['', denseSimilarities(dense, dimensions, profile, candidates)],
      ['TfIdf', sparseSimilarities(matrix, profile, candidates)],
    ] as const) {
      figures[`auc${way}`]?.push(listAuc({ scores, gains }));
      figures[`mrr${way}`]?.push(listReciprocalRank({ scores, gains }));
    }
  }
  return { tasteCases: cases.length, ...Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, mean(values)])) };
};

const normaliseRows = (rows: Float64Array, width: number): Float64Array => {
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width);
    const norm = Math.sqrt(row.reduce((sum, cell) => sum + cell * cell, 0));
    if (norm > 0) for (let d = 0; d < width; d += 1) row[d]! /= norm;
  }
  return rows;
};

const denseSimilarities = (rows: Float64Array, width: number, history: readonly number[], candidates: readonly number[]): number[] => {
  const profile = new Float64Array(width);
  for (const place of history) for (let d = 0; d < width; d += 1) profile[d]! += rows[place * width + d]!;
  return candidates.map((place) => profile.reduce((sum, cell, d) => sum + cell * rows[place * width + d]!, 0));
};

const sparseSimilarities = (
  { starts, columns, values }: SparseMatrix,
  history: readonly number[],
  candidates: readonly number[],
): number[] => {
  const profile = new Map<number, number>();
  for (const place of history) {
    for (let at = starts[place]!; at < starts[place + 1]!; at += 1)
      profile.set(columns[at]!, (profile.get(columns[at]!) ?? 0) + values[at]!);
  }
  return candidates.map((place) => {
    let sum = 0;
    for (let at = starts[place]!; at < starts[place + 1]!; at += 1) sum += (profile.get(columns[at]!) ?? 0) * values[at]!;
    return sum;
  });
};
