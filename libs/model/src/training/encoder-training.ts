import { foldText, mean, seededRandom } from '#ranking';
import type { Paper } from '#contracts';
import { encoderGraph, quantiseRows } from '../graphs/encoder-graph.js';
import type { QuantisedRows } from '../graphs/encoder-graph.js';
import { knownTerms } from '../session/encoder-terms.js';
import type { HfPapers } from './hf-papers.js';
import { randomisedSvd } from './randomised-svd.js';
import type { RunMeter } from './run-meter.js';
import { groupBy, isTasteCase, readerDays } from './taste-cases.js';
import { wantedFigures } from './taste-figures.js';
import { tfIdfLikeness } from './text-likeness.js';
import type { Likeness } from './text-likeness.js';
import { buildVocabulary, tfIdfMatrix } from './text-matrix.js';
import { towerSettings, trainTower } from './tower-training.js';

export const encoderSettings = {
  ...towerSettings,
  /** Few and small steps: latent semantic analysis is where it starts, and with more of them it learns groups by heart. */
  epochs: 6,
  learningRate: 0.001,
  sharpness: 10,
  /** Authors of fewer papers teach little, of more are several people of one name. */
  leastPapers: 3,
  mostPapers: 60,
  /** Of the taste cases, in order of time: the last are judged by an encoder that knows only papers from before them. */
  judgedShare: 0.4,
} as const;
export type EncoderSettings = { readonly [K in keyof typeof encoderSettings]: number };

export interface FittedEncoder {
  readonly graph: Uint8Array;
  readonly terms: readonly string[];
  readonly words: QuantisedRows;
  /** Papers it was fitted on. */
  readonly rows: number;
}

export interface TrainedEncoder extends FittedEncoder {
  readonly metrics: Readonly<Record<string, number>>;
}

type Text = Pick<Paper, 'title' | 'abstract'>;

/**
 * Content vectors: the encoder is judged on the taste of submitters after it, then fitted on all papers. Deterministic for one seed, data set and machine.
 */
export const trainEncoder = async (data: HfPapers, settings: EncoderSettings, seed: number, meter: RunMeter): Promise<TrainedEncoder> => {
  const metrics = await judgeEncoder(data, settings, seed, meter);
  meter.say(
    Object.entries(metrics)
      .map(([name, value]) => `${name} ${value.toFixed(3)}`)
      .join(', '),
  );
  const papers = data.papers.map(({ paper }) => paper);
  return { ...(await fitEncoder(papers, settings, seed, meter)), metrics };
};

/**
 * Word vectors by which papers of one author lie near each other, whoever the author is: people work on a few subjects, and the words change from paper to paper.
 * The tower of readers and papers, with authors for readers. Papers whose authors wrote too few to learn from give latent semantic analysis.
 */
export const fitEncoder = async (
  papers: readonly Pick<Paper, 'title' | 'abstract' | 'authors'>[],
  settings: EncoderSettings,
  seed: number,
  meter: RunMeter,
): Promise<FittedEncoder> => {
  const histories = worksOf(papers, settings);
  if (histories.length === 0) return trainTextEncoder(papers, settings, seed, meter);
  const dimensions = dimensionsFor(papers.length, buildVocabulary(papers, settings).terms.length, settings);
  const { graph, terms, words } = await trainTower(papers, histories, { ...settings, dimensions }, seed, meter);
  return { graph, terms, words, rows: papers.length };
};

/** Places of each author's papers. */
const worksOf = (papers: readonly Pick<Paper, 'authors'>[], { leastPapers, mostPapers }: EncoderSettings): Int32Array[] => {
  const written = papers.flatMap(({ authors }, place) => [...new Set(authors.map(foldText))].map((author) => ({ author, place })));
  return [...groupBy(written, ({ author }) => author).values()]
    .filter(({ length }) => length >= leastPapers && length <= mostPapers)
    .map((works) => Int32Array.from(works, ({ place }) => place));
};

/**
 * Content vectors by latent semantic analysis, from texts alone: TF-IDF of title and abstract, projected on the leading right singular vectors of
 * the paper-term matrix.
 * Source: Deerwester et al., "Indexing by latent semantic analysis", 1990.
 */
export const trainTextEncoder = (texts: readonly Text[], settings: EncoderSettings, seed: number, meter: RunMeter): FittedEncoder => {
  const vocabulary = buildVocabulary(texts, settings);
  const dimensions = dimensionsFor(texts.length, vocabulary.terms.length, settings);
  const matrix = tfIdfMatrix(texts, vocabulary);
  meter.say(`${texts.length} papers, ${vocabulary.terms.length} terms, ${matrix.values.length} cells`);
  const { vectors, singularValues } = randomisedSvd(matrix, dimensions, seededRandom(seed), (text) => meter.say(text));
  // Inverse document frequency is folded into the word vectors, so that serving needs term counts only.
  const scaled = vectors.map(
    (cell, at) =>
      cell * Math.max(singularValues[at % dimensions]!, 1e-9) ** -settings.flattening * vocabulary.idf[Math.floor(at / dimensions)]!,
  );
  const words = quantiseRows(scaled, dimensions);
  return { graph: encoderGraph(words), terms: vocabulary.terms, words, rows: texts.length };
};

/** Never more dimensions than half the texts, or half the terms, could fill. */
const dimensionsFor = (texts: number, terms: number, { dimensions }: EncoderSettings): number =>
  Math.max(1, Math.min(dimensions, Math.floor(texts / 2), Math.floor(terms / 2)));

/** The data set's protocol for taste: the last 20 submissions stand for the reader, compared with each paper of the day. */
const PROFILE = 20;

/** An encoder of the past, latent semantic analysis of the past, and TF-IDF that knows the frequencies of all time, on the same later cases. */
const judgeEncoder = async (data: HfPapers, settings: EncoderSettings, seed: number, meter: RunMeter): Promise<Record<string, number>> => {
  const all = readerDays(data).filter(isTasteCase);
  const border = all[Math.floor(all.length * (1 - settings.judgedShare))]?.day;
  if (border === undefined) return { tasteCases: 0 };
  const papers = data.papers.map(({ paper }) => paper);
  const past = papers.slice(
    0,
    data.papers.findIndex(({ listedAt }) => listedAt >= border),
  );
  const ways = {
    '': vectorLikeness(papers, await fitEncoder(past, settings, seed, meter)),
    Lsa: vectorLikeness(papers, trainTextEncoder(past, settings, seed, meter)),
    TfIdf: tfIdfLikeness(papers, settings),
  };
  const judged = all.filter(({ day }) => day >= border);
  const figures = Object.entries(ways).flatMap(([way, likeness]) => {
    const each = judged.map(({ history, candidates, wanted }) =>
      wantedFigures(
        likeness(history.slice(-PROFILE), candidates),
        candidates.map((place) => (wanted.has(place) ? 1 : 0)),
      ),
    );
    return [
      [`auc${way}`, mean(each.flatMap(({ aucs }) => aucs))],
      [`mrr${way}`, mean(each.flatMap(({ reciprocalRanks }) => reciprocalRanks))],
    ] as const;
  });
  return { tasteCases: judged.reduce((sum, { wanted }) => sum + wanted.size, 0), ...Object.fromEntries(figures) };
};

/** Cosine of each candidate to the mean of the history, by the encoder's own arithmetic. */
const vectorLikeness = (texts: readonly Text[], { terms, words }: FittedEncoder): Likeness => {
  const { dimensions, values, scales } = words;
  const vocabulary = new Map(terms.map((term, id) => [term, id]));
  const vectors = texts.map((text) => {
    const known = knownTerms(text, vocabulary);
    const vector = new Float64Array(dimensions);
    for (const [at, id] of known.ids.entries()) {
      const weight = known.weights[at]! * scales[id]!;
      for (let d = 0; d < dimensions; d += 1) vector[d]! += weight * values[id * dimensions + d]!;
    }
    const norm = Math.max(Math.hypot(...vector), 1e-6);
    return vector.map((cell) => cell / norm);
  });
  return (history, candidates) => {
    const profile = new Float64Array(dimensions);
    for (const place of history) for (let d = 0; d < dimensions; d += 1) profile[d]! += vectors[place]![d]!;
    return candidates.map((place) => profile.reduce((sum, cell, d) => sum + cell * vectors[place]![d]!, 0));
  };
};
