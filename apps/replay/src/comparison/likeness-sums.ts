import { countsBetween, ScoreSketch } from '#ranking';
import { likenessMeasures, type Likeness, type LikenessMeasure } from './comparison-result.js';
import type { SlateLikeness } from './likeness.js';

const BINS = 20;
/** Values that were equal are counted on the same side of a border, whatever their sum was rounded to. */
const SLACK = 1e-9;

/** What a measure can be; those without an upper end go to the largest that was seen. */
const ranges: Readonly<Record<LikenessMeasure, readonly [number, number | null]>> = {
  overlap: [0, 1],
  rbo: [0, 1],
  tau: [-1, 1],
  rankChange: [0, null],
  scoreChange: [0, null],
  same: [0, 1],
};

interface Seen {
  readonly sketch: ScoreSketch;
  least: number;
  most: number;
  sum: number;
}

/** How alike slates are, over many requests. */
export class LikenessSums {
  private readonly seen = new Map<LikenessMeasure, Seen>();
  private count = 0;

  add(likeness: SlateLikeness): void {
    this.count++;
    for (const measure of likenessMeasures) {
      const value = likeness[measure];
      if (value !== null) this.addValue(measure, value);
    }
  }

  get requests(): number {
    return this.count;
  }

  result(): Likeness {
    return Object.fromEntries(likenessMeasures.map((measure) => [measure, this.spread(measure)])) as Likeness;
  }

  private addValue(measure: LikenessMeasure, value: number): void {
    let seen = this.seen.get(measure);
    if (seen === undefined) this.seen.set(measure, (seen = { sketch: new ScoreSketch(), least: value, most: value, sum: 0 }));
    seen.sketch.add(value);
    seen.least = Math.min(seen.least, value);
    seen.most = Math.max(seen.most, value);
    seen.sum += value;
  }

  private spread(measure: LikenessMeasure): Likeness[LikenessMeasure] {
    const seen = this.seen.get(measure);
    if (seen === undefined) return null;
    const { sketch, least, most, sum } = seen;
    const [from, to] = [ranges[measure][0], ranges[measure][1] ?? (most > 0 ? most : 1)];
    const edges = Array.from({ length: BINS + 1 }, (_, n) => from + ((to - from) * n) / BINS);
    const counts = countsBetween(
      sketch.sorted(),
      edges.slice(1, -1).map((edge) => edge + SLACK),
    );
    return {
      count: sketch.count,
      mean: sum / sketch.count,
      least,
      most,
      bins: counts.map((count, at) => ({ from: edges[at]!, to: edges[at + 1]!, count })),
    };
  }
}
