import { tokenize } from '#ranking';

/** Tokens a paper is cut to: distinct known terms in order of first appearance. Abstracts have about 120; 256 is the 99.9th percentile's. */
export const MAX_TERMS = 256;

/** A title word says more about a paper than a word of the abstract: it counts as this many. */
const TITLE_WEIGHT = 2;

/** The steps of the text pipeline, in the place of a feature list: whoever changes a step renames it, and old models are refused. */
export const encoderFeatures = [
  'ranking-tokens',
  `title-counts-${TITLE_WEIGHT}`,
  'weight-1-plus-ln-tf',
  `first-${MAX_TERMS}-terms`,
] as const;

/** Term -> how often it stands in the paper, titles weighted, in order of first appearance. */
export const countTerms = ({ title, abstract }: { readonly title: string; readonly abstract: string }): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const term of tokenize(title)) counts.set(term, (counts.get(term) ?? 0) + TITLE_WEIGHT);
  for (const term of tokenize(abstract)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
};

/** Sublinear term frequency: the tenth "attention" adds less than the first. Inverse document frequency is folded into the graph. */
export const termWeight = (count: number): number => 1 + Math.log(count);

/** A paper as the graph reads it: ids into the vocabulary and their weights, at most `MAX_TERMS`, words it does not know left out. */
export const knownTerms = (
  text: { readonly title: string; readonly abstract: string },
  vocabulary: ReadonlyMap<string, number>,
): { readonly ids: readonly number[]; readonly weights: readonly number[] } => {
  const ids: number[] = [];
  const weights: number[] = [];
  for (const [term, count] of countTerms(text)) {
    const id = vocabulary.get(term);
    if (id === undefined) continue;
    ids.push(id);
    weights.push(termWeight(count));
    if (ids.length === MAX_TERMS) break;
  }
  return { ids, weights };
};
