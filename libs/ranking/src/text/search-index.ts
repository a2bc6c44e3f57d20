import { Names } from '../state/names.js';
import { SparseSums } from '../state/sparse-sums.js';
import { TopPlaces, type TieBreak } from '../state/top-places.js';
import { tokenize } from './tokenizer.js';

/** How much one occurrence in each field counts, in whole occurrences. */
const TITLE_WEIGHT = 4;
const AUTHOR_WEIGHT = 2;
const ABSTRACT_WEIGHT = 1;
/** Authors beyond this are not searched: a list of 5,000 would drown the paper's words. */
const SEARCHED_AUTHORS = 200;
const MAX_FREQUENCY = 255;

/** BM25's saturation and length normalisation, at their usual values. Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009. */
const K1 = 1.2;
const B = 0.6;

/** Papers added since the last rebuild that are searched one by one before a rebuild pays: at most this share of all, and at least this many. */
const REBUILD_SHARE = 0.05;
const REBUILD_MIN = 256;

const TERM_BITS = 8;
/** The arena is the largest single array of the state: it grows by little, at the price of copying it more often while loading. */
const GROWTH = 1.2;

export interface SearchText {
  readonly title: string;
  readonly abstract: string;
  readonly authors: readonly string[];
}

/** A term by its number, and how much it counts beside the others. */
export interface WeightedTerm {
  readonly term: number;
  readonly weight: number;
}

export interface SearchHit {
  readonly paper: number;
  readonly score: number;
}

/**
 * BM25 over title, authors and abstract, in typed arrays. The forward lists (terms of each paper) are the truth; the inverted lists are built from them and cover all but the newest papers,
 * which are read one by one until a rebuild pays. A replaced paper gets a new list and its old one is skipped, so nothing is edited in place.
 *
 * Memory: about 4 bytes a distinct term of a paper in the forward list and 5 in the inverted one, some 900 bytes for an abstract of 1,300 characters.
 */
export class SearchIndex {
  private readonly terms = new Names();
  /** Terms of all papers, one after the other: term << 8 | weighted frequency. */
  private arena = new Uint32Array(4096);
  private arenaUsed = 0;
  /** Per paper: where its list begins and its number of terms (0 = not searchable), and its weighted length. */
  private from: number[] = [];
  private length: number[] = [];
  private weight: number[] = [];
  private searchable = 0;
  private totalWeight = 0;
  private wasted = 0;

  private inverted: Inverted = { offsets: new Uint32Array(1), papers: new Uint32Array(0), frequencies: new Uint8Array(0), fromOf: [] };
  /** Papers put after the inverted lists were built. */
  private readonly newest = new Set<number>();

  private readonly scores = new SparseSums();
  /** Searchable papers that hold each term. */
  private holders = new Uint32Array(1024);
  /** Lengths of papers' TF-IDF vectors (-1 = not known) and rarities of terms (0 = not known), as of `weighedAt` changes. */
  private norms = new Float64Array(0);
  private rarities = new Float64Array(0);
  private placeOf = new Int32Array(0);
  private weighedAt = -1;
  private changes = 0;

  get size(): number {
    return this.searchable;
  }

  put(paper: number, text: SearchText): void {
    const counts = new Map<number, number>();
    const count = (source: string, weight: number): void => {
      for (const token of tokenize(source)) {
        const term = this.terms.numberOf(token);
        counts.set(term, Math.min(MAX_FREQUENCY, (counts.get(term) ?? 0) + weight));
      }
    };
    count(text.title, TITLE_WEIGHT);
    count(text.authors.slice(0, SEARCHED_AUTHORS).join(' '), AUTHOR_WEIGHT);
    count(text.abstract, ABSTRACT_WEIGHT);
    this.append(
      paper,
      Uint32Array.from(counts, ([term, frequency]) => term * 2 ** TERM_BITS + frequency),
    );
  }

  remove(paper: number): void {
    const length = this.length[paper] ?? 0;
    if (length === 0) return;
    for (const packed of this.listOf(paper)) this.holders[packed >>> TERM_BITS]!--;
    this.searchable--;
    this.changes++;
    this.totalWeight -= this.weight[paper]!;
    this.wasted += length;
    this.length[paper] = 0;
  }

  /**
   * The k best papers with any term of the query, best first; ties by `before`. A paper that holds all the terms beats one that repeats a few of them, since each further term
   * adds a score of its own.
   */
  search(query: string, k: number, before: TieBreak, accept: (paper: number) => boolean): SearchHit[] {
    const terms = [...new Set(tokenize(query))].map((token) => this.terms.find(token)).filter((term) => term !== undefined);
    return this.best(
      terms.map((term) => ({ term, weight: 1 })),
      k,
      before,
      accept,
    );
  }

  /** The same for terms by number, each with what it counts. */
  searchTerms(terms: readonly WeightedTerm[], k: number, before: TieBreak, accept: (paper: number) => boolean): SearchHit[] {
    return this.best(terms, k, before, accept);
  }

  /** Searchable papers that hold a term. */
  holdersOf(term: number): number {
    return this.holders[term] ?? 0;
  }

  /** Calls `visit` with every term of the paper and its TF-IDF weight, the whole of them at length one. */
  forEachWeight(paper: number, visit: (term: number, weight: number) => void): void {
    const norm = this.normOf(paper);
    if (norm === 0) return;
    for (const packed of this.listOf(paper)) visit(packed >>> TERM_BITS, this.weightOf(packed) / norm);
  }

  /**
   * Calls `visit` for those terms of each paper that are among `terms`, with the term's place there and its weight in the paper. The table from terms to places is this index's own and is left
   * clean: made anew for each request, its hundreds of kilobytes would keep the collector busy.
   */
  forEachShared(terms: readonly number[], papers: readonly number[], visit: (at: number, place: number, weight: number) => void): void {
    if (this.placeOf.length < this.terms.size) this.placeOf = new Int32Array(Math.ceil(this.terms.size * GROWTH)).fill(-1);
    const { placeOf } = this;
    terms.forEach((term, place) => (placeOf[term] = place));
    for (let at = 0; at < papers.length; at++) {
      const list = this.listOf(papers[at]!);
      const norm = this.normOf(papers[at]!);
      for (let i = 0; i < list.length; i++) {
        const place = placeOf[list[i]! >>> TERM_BITS]!;
        if (place >= 0) visit(at, place, this.weightOf(list[i]!) / norm);
      }
    }
    for (const term of terms) placeOf[term] = -1;
  }

  /** Length of the paper's TF-IDF vector; 0 for a paper without words. Remembered until any paper changes, since rarity then changes for all. */
  private normOf(paper: number): number {
    this.forgetOldWeights();
    const known = this.norms[paper]!;
    if (known >= 0) return known;
    let squares = 0;
    for (const packed of this.listOf(paper)) squares += this.weightOf(packed) ** 2;
    return (this.norms[paper] = Math.sqrt(squares));
  }

  /** (1 + ln frequency) * rarity. Rarity: `ln((papers + 1) / (papers with it + 1)) + 1`, from exact counts, so every replica gives the same bits. */
  private weightOf(packed: number): number {
    const term = packed >>> TERM_BITS;
    let rarity = this.rarities[term]!;
    if (rarity === 0) rarity = this.rarities[term] = Math.log((this.searchable + 1) / (this.holders[term]! + 1)) + 1;
    return FREQUENCIES[packed & 255]! * rarity;
  }

  private forgetOldWeights(): void {
    if (this.weighedAt === this.changes) return;
    this.weighedAt = this.changes;
    if (this.norms.length < this.length.length) this.norms = new Float64Array(Math.ceil(this.length.length * GROWTH));
    if (this.rarities.length < this.terms.size) this.rarities = new Float64Array(Math.ceil(this.terms.size * GROWTH));
    this.norms.fill(-1);
    this.rarities.fill(0);
  }

  private best(terms: readonly WeightedTerm[], k: number, before: TieBreak, accept: (paper: number) => boolean): SearchHit[] {
    if (terms.length === 0 || this.searchable === 0) return [];
    this.rebuildIfDue();
    const meanWeight = this.totalWeight / this.searchable;
    this.scores.begin(this.length.length);
    for (const { term, weight } of terms) this.addScores(term, weight, meanWeight);
    const best = new TopPlaces(k, before);
    for (const paper of this.scores.papers()) {
      const score = this.scores.sumOf(paper);
      if (score >= best.threshold && accept(paper)) best.offer(paper, score);
    }
    return best.sorted().map(({ place, score }) => ({ paper: place, score }));
  }

  entries(): { readonly terms: readonly string[]; readonly listOf: (paper: number) => Uint32Array } {
    return { terms: this.terms.all(), listOf: (paper) => this.listOf(paper) };
  }

  /** Fills an empty index with what `entries` gave: all terms in order, and each paper's list by its number. */
  restore(terms: readonly string[], lists: readonly Uint32Array[]): void {
    for (const term of terms) this.terms.numberOf(term);
    lists.forEach((list, paper) => this.append(paper, list));
  }

  private append(paper: number, list: Uint32Array): void {
    this.remove(paper);
    if (list.length === 0) return;
    this.reserve(list.length);
    this.arena.set(list, this.arenaUsed);
    this.from[paper] = this.arenaUsed;
    this.length[paper] = list.length;
    this.weight[paper] = list.reduce((sum, packed) => sum + (packed & 255), 0);
    this.arenaUsed += list.length;
    this.searchable++;
    this.changes++;
    this.totalWeight += this.weight[paper];
    this.newest.add(paper);
    if (this.terms.size > this.holders.length) {
      const grown = new Uint32Array(Math.ceil(this.terms.size * GROWTH));
      grown.set(this.holders);
      this.holders = grown;
    }
    for (const packed of list) this.holders[packed >>> TERM_BITS]!++;
  }

  private listOf(paper: number): Uint32Array {
    const length = this.length[paper] ?? 0;
    return length === 0 ? NOTHING : this.arena.subarray(this.from[paper], this.from[paper]! + length);
  }

  private reserve(more: number): void {
    if (this.arenaUsed + more <= this.arena.length) return;
    if (this.wasted * 2 > this.arenaUsed) this.compact();
    if (this.arenaUsed + more <= this.arena.length) return;
    const grown = new Uint32Array(Math.max(this.arenaUsed + more, Math.ceil(this.arena.length * GROWTH)));
    grown.set(this.arena.subarray(0, this.arenaUsed));
    this.arena = grown;
  }

  /** Drops lists of replaced papers. Inverted lists remember where a list began, so they are due for a rebuild. */
  private compact(): void {
    const lists = this.length.flatMap((length, paper) => (length > 0 ? [[paper, this.listOf(paper).slice()] as const] : []));
    this.arenaUsed = 0;
    this.wasted = 0;
    for (const [paper, list] of lists) {
      this.arena.set(list, this.arenaUsed);
      this.from[paper] = this.arenaUsed;
      this.arenaUsed += list.length;
    }
    this.rebuild();
  }

  /** Adds one term's BM25 to every paper that has it. */
  private addScores(term: number, factor: number, meanWeight: number): void {
    const papers: number[] = [];
    const frequencies: number[] = [];
    this.forEachWith(term, (paper, frequency) => {
      papers.push(paper);
      frequencies.push(frequency);
    });
    const rarity = Math.log(1 + (this.searchable - papers.length + 0.5) / (papers.length + 0.5));
    for (let i = 0; i < papers.length; i++) {
      const norm = K1 * (1 - B + (B * this.weight[papers[i]!]!) / meanWeight);
      this.scores.add(papers[i]!, (factor * rarity * frequencies[i]! * (K1 + 1)) / (frequencies[i]! + norm));
    }
  }

  private forEachWith(term: number, visit: (paper: number, frequency: number) => void): void {
    const { offsets, papers, frequencies, fromOf } = this.inverted;
    for (let at = offsets[term] ?? 0; at < (offsets[term + 1] ?? 0); at++) {
      const paper = papers[at]!;
      // A list that has moved since was replaced by a newer one, which stands among the newest.
      if ((this.length[paper] ?? 0) > 0 && this.from[paper] === fromOf[paper]) visit(paper, frequencies[at]!);
    }
    for (const paper of this.newest) {
      const from = this.from[paper]!;
      for (let at = from; at < from + this.length[paper]!; at++)
        if (this.arena[at]! >>> TERM_BITS === term) visit(paper, this.arena[at]! & 255);
    }
  }

  private rebuildIfDue(): void {
    if (this.newest.size > Math.max(REBUILD_MIN, this.searchable * REBUILD_SHARE)) this.rebuild();
  }

  /** Counting sort of all lists by term. */
  private rebuild(): void {
    const offsets = new Uint32Array(this.terms.size + 1);
    let total = 0;
    for (let paper = 0; paper < this.length.length; paper++) {
      for (const packed of this.listOf(paper)) offsets[(packed >>> TERM_BITS) + 1]!++;
      total += this.length[paper] ?? 0;
    }
    for (let term = 0; term < this.terms.size; term++) offsets[term + 1]! += offsets[term]!;
    const papers = new Uint32Array(total);
    const frequencies = new Uint8Array(total);
    const next = offsets.slice();
    for (let paper = 0; paper < this.length.length; paper++) {
      for (const packed of this.listOf(paper)) {
        const at = next[packed >>> TERM_BITS]!++;
        papers[at] = paper;
        frequencies[at] = packed & 255;
      }
    }
    this.inverted = { offsets, papers, frequencies, fromOf: this.from.slice() };
    this.newest.clear();
  }
}

interface Inverted {
  /** Per term, where its papers begin; one more at the end. */
  readonly offsets: Uint32Array;
  readonly papers: Uint32Array;
  readonly frequencies: Uint8Array;
  /** Where each paper's forward list began when this was built. */
  readonly fromOf: readonly number[];
}

const NOTHING = new Uint32Array(0);
/** `1 + ln(n)` of every frequency a list can hold. */
const FREQUENCIES = Float64Array.from({ length: MAX_FREQUENCY + 1 }, (_, n) => (n === 0 ? 0 : 1 + Math.log(n)));
