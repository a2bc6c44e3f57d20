import { tfIdfLikeness } from '#model';
import type { HfPapers } from '#model';
import { tfIdf, tokenize } from '#ranking';
import type { TasteQuestion } from './cases.js';

/** How a system scores the candidates of a question, row by row. */
export type QuestionScores = (question: TasteQuestion) => ArrayLike<number>;

/** The data set's reference looks at so many of the last submissions. */
const LAST = 20;

/** The reference's words, as far as its figures tell: in two papers or more and at most 30 % of them. */
const referenceWords = { minPapers: 2, maxShare: 0.3, maxTerms: Infinity };

/** Likeness of title and abstract, as TF-IDF, to the last submissions: the data set's own reference. */
export const wordLikeness = ({ papers }: HfPapers): QuestionScores => {
  const likeness = tfIdfLikeness(
    papers.map(({ paper }) => paper),
    referenceWords,
  );
  return ({ history, candidates }) => likeness(history.slice(-LAST), candidates);
};

/** The same with pairs of neighbouring words as words of their own, titles counted twice: the strongest likeness of texts that was found. */
export const pairLikeness = ({ papers }: HfPapers): QuestionScores => {
  const scorer = tfIdf(papers.map(({ paper }) => [paper.title, paper.title, paper.abstract].map(withPairs).join(' ')));
  const scores = new Float64Array(papers.length);
  return ({ history, candidates }) => {
    scorer(history.slice(-LAST), scores);
    return candidates.map((place) => scores[place]!);
  };
};

/** Two words run together read as one word to whoever splits the text again. */
const withPairs = (text: string): string => {
  const words = tokenize(text);
  return [...words, ...words.slice(1).map((word, at) => words[at]! + word)].join(' ');
};

/** Likeness of content vectors. @param vectors of each paper, unit norm. */
export const vectorLikeness =
  (vectors: readonly Float32Array[]): QuestionScores =>
  ({ history, candidates }) => {
    const last = history.slice(-LAST).map((place) => vectors[place]!);
    return candidates.map((place) => last.reduce((sum, vector) => sum + dot(vector, vectors[place]!), 0));
  };

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let d = 0; d < a.length; d += 1) sum += a[d]! * b[d]!;
  return sum;
};
