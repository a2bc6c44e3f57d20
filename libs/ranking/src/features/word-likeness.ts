import type { SearchIndex, WeightedTerm } from '../text/search-index.js';

/** Papers nearest to a candidate whose cosines are averaged. */
const TOP = 3;

/** The words of a history as unit TF-IDF vectors, inverted. Weight of a term in a paper: (1 + ln frequency) * rarity; a title word counts 4, an author's name 2. */
export class WordLikeness {
  private readonly places = new Map<number, { readonly at: number[]; readonly weights: number[] }>();
  private readonly centroid = new Map<number, number>();
  private readonly centroidNorm: number;
  private readonly dots: Float64Array;

  /** @param papers the history, by number */
  constructor(
    private readonly search: SearchIndex,
    papers: readonly number[],
  ) {
    this.dots = new Float64Array(papers.length);
    papers.forEach((paper, place) => {
      const norm = this.normOf(paper);
      if (norm === 0) return;
      search.forEachTerm(paper, (term, frequency) => {
        const weight = (frequency * search.rarityOf(term)) / norm;
        this.centroid.set(term, (this.centroid.get(term) ?? 0) + weight);
        const known = this.places.get(term);
        if (known === undefined) this.places.set(term, { at: [place], weights: [weight] });
        else {
          known.at.push(place);
          known.weights.push(weight);
        }
      });
    });
    let squares = 0;
    for (const weight of this.centroid.values()) squares += weight * weight;
    this.centroidNorm = Math.sqrt(squares);
  }

  /** Cosine to the mean of the history, and the mean of the three largest to its papers. */
  against(paper: number): { readonly mean: number; readonly top3: number } {
    const norm = this.centroidNorm === 0 ? 0 : this.normOf(paper);
    if (norm === 0) return { mean: 0, top3: 0 };
    const { dots, search } = this;
    dots.fill(0);
    let dot = 0;
    search.forEachTerm(paper, (term, frequency) => {
      const there = this.places.get(term);
      if (there === undefined) return;
      const weight = (frequency * search.rarityOf(term)) / norm;
      dot += weight * this.centroid.get(term)!;
      for (let i = 0; i < there.at.length; i++) dots[there.at[i]!]! += weight * there.weights[i]!;
    });
    return { mean: dot / this.centroidNorm, top3: meanOfLargest(dots) };
  }

  /** The terms that say most of the history, heaviest first; weights relative to the first. */
  leadingTerms(most: number): WeightedTerm[] {
    const leading = [...this.centroid].sort(([, a], [, b]) => b - a).slice(0, most);
    const heaviest = leading[0]?.[1] ?? 1;
    return leading.map(([term, weight]) => ({ term, weight: weight / heaviest }));
  }

  private normOf(paper: number): number {
    let squares = 0;
    this.search.forEachTerm(paper, (term, frequency) => {
      const weight = frequency * this.search.rarityOf(term);
      squares += weight * weight;
    });
    return Math.sqrt(squares);
  }
}

const meanOfLargest = (values: Float64Array): number => {
  let [first, second, third] = [0, 0, 0];
  for (const value of values) {
    if (value > first) [first, second, third] = [value, first, second];
    else if (value > second) [second, third] = [value, second];
    else if (value > third) third = value;
  }
  return (first + second + third) / Math.max(1, Math.min(TOP, values.length));
};
