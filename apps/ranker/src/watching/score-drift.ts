import { populationStability } from '#ranking';

/** Scores in the reference and in each window that is compared with it. */
const WINDOW = 2_000;
const BINS = 10;

/**
 * How far the scores of a model have moved from those that it gave first: the population stability index over the deciles of the reference.
 * 0.1 is little, 0.25 is much (Siddiqi, Credit Risk Scorecards, 2006). The reference is what a version gave in its first
 * 2,000 scores here; the window is the last full 2,000.
 */
export class ScoreDrift {
  private readonly first: number[] = [];
  private borders: readonly number[] | null = null;
  /** Scores of the reference in each bin. */
  private expected: readonly number[] = [];
  private counts = new Array<number>(BINS).fill(0);
  private counted = 0;
  private last = 0;

  observe(score: number): void {
    if (!Number.isFinite(score)) return;
    if (this.borders === null) return this.refer(score);
    this.counts[binOf(this.borders, score)]! += 1;
    this.counted += 1;
    if (this.counted < WINDOW) return;
    this.last = populationStability(this.expected, this.counts) ?? 0;
    this.counts = new Array<number>(BINS).fill(0);
    this.counted = 0;
  }

  /** Of the last full window; 0 before the first. */
  get index(): number {
    return this.last;
  }

  private refer(score: number): void {
    this.first.push(score);
    if (this.first.length < WINDOW) return;
    const sorted = Float64Array.from(this.first).sort();
    this.borders = Array.from({ length: BINS - 1 }, (_, at) => sorted[Math.floor(((at + 1) * WINDOW) / BINS)]!);
    const counts = new Array<number>(BINS).fill(0);
    for (const each of this.first) counts[binOf(this.borders, each)]! += 1;
    this.expected = counts;
    this.first.length = 0;
  }
}

const binOf = (borders: readonly number[], score: number): number => {
  const at = borders.findIndex((border) => score < border);
  return at < 0 ? borders.length : at;
};
