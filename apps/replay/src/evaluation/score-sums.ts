import { surfaces, type Surface } from '#contracts';
import { countsBetween, populationStability, quantileOf, ScoreSketch, type SketchBin } from '#ranking';
import type { Drift, ScoreDistribution, ScoreShift, SideName } from './evaluation-result.js';
import { pairsOf, type JudgedRequest, type RequestSum } from './judged-request.js';
import { TimeBuckets } from './time-buckets.js';

const BINS = 30;
/** What lies beyond these shares of all scores is counted in the outermost bins, so that one far-off score does not squeeze the others. */
const [LOWEST, HIGHEST] = [0.005, 0.995];
const deciles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;

type Sketches = Map<string, ScoreSketch>;

/** Scores by surface and side. Surfaces are ranked by different models and are never put together. */
export class ScoreSums implements RequestSum {
  private readonly whole: Sketches = new Map();
  private readonly buckets = new TimeBuckets<Sketches>(
    () => new Map(),
    (into, from) => {
      for (const [key, sketch] of from) sketchIn(into, key).merge(sketch);
    },
  );

  constructor(private readonly sides: readonly SideName[]) {}

  add({ at, surface, sides }: JudgedRequest): void {
    const bucket = this.buckets.at(at);
    for (const { side, slots } of sides) {
      const [whole, part] = [sketchIn(this.whole, keyOf(surface, side)), sketchIn(bucket, keyOf(surface, side))];
      for (const { score } of slots) {
        whole.add(score);
        part.add(score);
      }
    }
  }

  distributions(): ScoreDistribution[] {
    return surfaces.flatMap((surface) => {
      const sides = this.sidesOf(surface);
      return sides.length === 0 ? [] : distributionsOf(surface, sides);
    });
  }

  drift(): Drift[] {
    return surfaces.flatMap((surface) =>
      this.sidesOf(surface).flatMap(({ side, bins }) => {
        const borders = deciles.map((share) => quantileOf(bins, share));
        const expected = countsBetween(bins, borders);
        return this.buckets.sorted().flatMap(({ at, sum }) => {
          const part = sum.get(keyOf(surface, side));
          const psi = part === undefined ? null : populationStability(expected, countsBetween(part.sorted(), borders));
          return part === undefined || psi === null ? [] : [{ surface, side, at: new Date(at).toISOString(), count: part.count, psi }];
        });
      }),
    );
  }

  shifts(): ScoreShift[] {
    return surfaces.flatMap((surface) => {
      const bins = new Map(this.sidesOf(surface).map((each) => [each.side, each.bins]));
      return pairsOf(this.sides).flatMap((pair) => {
        const psi = shiftOf(bins.get(pair.worse) ?? [], bins.get(pair.better) ?? []);
        return psi === null ? [] : [{ surface, ...pair, psi }];
      });
    });
  }

  /** Sides with a slot on the surface. */
  private sidesOf(surface: Surface): SideBins[] {
    return this.sides.flatMap((side) => {
      const bins = this.whole.get(keyOf(surface, side))?.sorted() ?? [];
      return bins.length === 0 ? [] : [{ side, bins }];
    });
  }
}

interface SideBins {
  readonly side: SideName;
  readonly bins: readonly SketchBin[];
}

const keyOf = (surface: Surface, side: SideName): string => `${surface} ${side}`;

const sketchIn = (sketches: Sketches, key: string): ScoreSketch => {
  let sketch = sketches.get(key);
  if (sketch === undefined) sketches.set(key, (sketch = new ScoreSketch()));
  return sketch;
};

const distributionsOf = (surface: Surface, sides: readonly SideBins[]): ScoreDistribution[] => {
  const all = sides.flatMap(({ bins }) => bins).sort((a, b) => a.score - b.score);
  const edges = edgesOf(quantileOf(all, LOWEST), quantileOf(all, HIGHEST));
  return sides.map(({ side, bins }) => {
    const count = bins.reduce((sum, bin) => sum + bin.count, 0);
    const counts = countsBetween(bins, edges.slice(1, -1));
    return {
      surface,
      side,
      count,
      mean: bins.reduce((sum, bin) => sum + bin.count * bin.score, 0) / count,
      bins: counts.map((inBin, at) => ({ from: edges[at]!, to: edges[at + 1]!, count: inBin })),
    };
  });
};

/** Equal steps; a single score has one bin around it. */
const edgesOf = (low: number, high: number): number[] =>
  high > low ? Array.from({ length: BINS + 1 }, (_, n) => low + ((high - low) * n) / BINS) : [low - 0.5, high + 0.5];

const shiftOf = (expected: readonly SketchBin[], actual: readonly SketchBin[]): number | null => {
  if (expected.length === 0 || actual.length === 0) return null;
  const borders = deciles.map((share) => quantileOf(expected, share));
  return populationStability(countsBetween(expected, borders), countsBetween(actual, borders));
};
