import type { SearchIndex, WeightedTerm } from '../text/search-index.js';

/** Papers nearest to a candidate whose cosines are averaged. */
const TOP = 3;
/** Terms that more than this share of all papers hold are not searched for: they find everything, and cost the most. */
const TOO_COMMON = 0.05;

/** Cosine to the mean of a history, and the mean of the three largest to its papers, by candidate. */
export interface WordCosines {
  readonly mean: Float64Array;
  readonly top3: Float64Array;
}

/** The words of a history as unit TF-IDF vectors, inverted. Weight of a term in a paper: (1 + ln frequency) * rarity; a title word counts 4, an author's name 2. */
export class WordLikeness {
  /** By place in `terms`: papers of the history that hold the term, and its weight in each. */
  private readonly holders: { readonly at: number[]; readonly weights: number[] }[] = [];
  private readonly terms: number[] = [];
  private readonly centroid: number[] = [];
  private readonly centroidNorm: number;

  /** @param history papers, by number */
  constructor(
    private readonly search: SearchIndex,
    private readonly history: readonly number[],
  ) {
    const places = new Map<number, number>();
    history.forEach((paper, at) => {
      search.forEachWeight(paper, (term, weight) => {
        let place = places.get(term);
        if (place === undefined) {
          place = this.terms.length;
          places.set(term, place);
          this.terms.push(term);
          this.centroid.push(0);
          this.holders.push({ at: [], weights: [] });
        }
        this.centroid[place]! += weight;
        this.holders[place]!.at.push(at);
        this.holders[place]!.weights.push(weight);
      });
    });
    this.centroidNorm = Math.sqrt(this.centroid.reduce((squares, weight) => squares + weight * weight, 0));
  }

  /** Of all candidates at once. */
  against(papers: readonly number[]): WordCosines {
    const cosines = { mean: new Float64Array(papers.length), top3: new Float64Array(papers.length) };
    if (this.centroidNorm === 0) return cosines;
    const { holders, centroid, centroidNorm } = this;
    const size = this.history.length;
    const dots = new Float64Array(papers.length * size);
    this.search.forEachShared(this.terms, papers, (paper, place, weight) => {
      cosines.mean[paper]! += (weight * centroid[place]!) / centroidNorm;
      const { at, weights } = holders[place]!;
      for (let holder = 0; holder < at.length; holder++) dots[paper * size + at[holder]!]! += weight * weights[holder]!;
    });
    for (let paper = 0; paper < papers.length; paper++) cosines.top3[paper] = meanOfLargest(dots, paper * size, (paper + 1) * size);
    return cosines;
  }

  /** The terms that say most of the history, heaviest first, without those that find everything; weights relative to the first. Ties go by which the history named first. */
  leadingTerms(most: number): WeightedTerm[] {
    const { search, terms, centroid } = this;
    const limit = Math.max(MIN_HOLDERS, TOO_COMMON * search.size);
    const places = [...terms.keys()].filter((place) => search.holdersOf(terms[place]!) <= limit);
    const leading = places.sort((a, b) => centroid[b]! - centroid[a]! || a - b).slice(0, most);
    const heaviest = centroid[leading[0] ?? -1] ?? 1;
    return leading.map((place) => ({ term: terms[place]!, weight: centroid[place]! / heaviest }));
  }
}

/** In a small catalogue every term is common. */
const MIN_HOLDERS = 200;

const meanOfLargest = (values: Float64Array, from: number, to: number): number => {
  let [first, second, third] = [0, 0, 0];
  for (let at = from; at < to; at++) {
    const value = values[at]!;
    if (value > first) [first, second, third] = [value, first, second];
    else if (value > second) [second, third] = [value, second];
    else if (value > third) third = value;
  }
  return (first + second + third) / Math.max(1, Math.min(TOP, to - from));
};
