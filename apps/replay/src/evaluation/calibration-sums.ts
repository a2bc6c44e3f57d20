import { logisticCurve, ScoreSketch, wilsonInterval, type SketchBin } from '#ranking';
import type { Calibration, SideName } from './evaluation-result.js';
import type { JudgedRequest, RequestSum } from './judged-request.js';

const BINS = 10;

/** Scores of one side on a surface, by half of the readers. */
type Halves = readonly [ScoreSketch, ScoreSketch];

/** A chance that was claimed for so many slots, and how many of them came true. */
interface Claim {
  readonly count: number;
  readonly chance: number;
  readonly happened: number;
}

/**
 * Whether scores, mapped to chances, keep their word. Only slots that were served count, since of others nobody knows what the reader would have done; at prequential requests, where nothing was served,
 * every slot of a side counts.
 */
export class CalibrationSums implements RequestSum {
  private readonly sketches = new Map<string, Halves>();

  constructor(private readonly sides: readonly SideName[]) {}

  add({ sides, surface, half, gains }: JudgedRequest): void {
    const served = sides.find(({ side }) => side === 'served');
    const shown = served === undefined ? null : new Set(served.papers);
    for (const { side, papers, slots } of sides) {
      const sketch = this.halvesOf(side, surface)[half];
      papers.forEach((paper, place) => {
        if (shown === null || shown.has(paper)) sketch.add(slots[place]!.score, gains.has(paper));
      });
    }
  }

  /** Of sides with a slot that counts. */
  calibrations(): Calibration[] {
    return this.sides.flatMap((side) => {
      const claims = [...this.sketches].filter(([key]) => key.startsWith(`${side} `)).flatMap(([, halves]) => claimsOf(halves));
      return claims.length === 0 ? [] : [calibrationOf(side, claims)];
    });
  }

  private halvesOf(side: SideName, surface: string): Halves {
    const key = `${side} ${surface}`;
    let halves = this.sketches.get(key);
    if (halves === undefined) this.sketches.set(key, (halves = [new ScoreSketch(), new ScoreSketch()]));
    return halves;
  }
}

/** Each half by the curve of the other. A half alone is judged by its own: there is nothing else to go by. */
const claimsOf = ([first, second]: Halves): Claim[] => {
  const [one, two] = [first.sorted(), second.sorted()];
  return [...claimed(one, two.length === 0 ? one : two), ...claimed(two, one.length === 0 ? two : one)];
};

const claimed = (bins: readonly SketchBin[], fittedOn: readonly SketchBin[]): Claim[] => {
  const chanceOf = logisticCurve(fittedOn);
  return bins.map(({ count, score, happened }) => ({ count, chance: chanceOf(score), happened }));
};

const calibrationOf = (side: SideName, claims: readonly Claim[]): Calibration => {
  const bins = binned(claims).map(({ count, chance, happened }) => {
    const { mean, low, high } = wilsonInterval(happened, count);
    return { count, claimed: chance, happened: mean, low, high };
  });
  const slots = bins.reduce((sum, { count }) => sum + count, 0);
  return {
    side,
    slots,
    engaged: claims.reduce((sum, { happened }) => sum + happened, 0),
    error: bins.reduce((sum, { count, claimed: chance, happened }) => sum + (count / slots) * Math.abs(chance - happened), 0),
    bins,
  };
};

/** Neighbours together until a bin has its share of all: claims are not taken apart. */
const binned = (claims: readonly Claim[]): Claim[] => {
  const total = claims.reduce((sum, { count }) => sum + count, 0);
  const bins: Claim[] = [];
  let [taken, open] = [0, { count: 0, chance: 0, happened: 0 }];
  for (const { count, chance, happened } of [...claims].sort((a, b) => a.chance - b.chance)) {
    open = { count: open.count + count, chance: open.chance + chance * count, happened: open.happened + happened };
    taken += count;
    if (taken < ((bins.length + 1) / BINS) * total) continue;
    bins.push({ ...open, chance: open.chance / open.count });
    open = { count: 0, chance: 0, happened: 0 };
  }
  return bins;
};
