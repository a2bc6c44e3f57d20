import { logisticCurve } from './logistic-curve.js';
import { seededRandom } from './random.js';
import { ScoreSketch } from './score-sketch.js';

const truth = (score: number): number => 1 / (1 + Math.exp(-(0.8 * score - 2)));

const drawn = (count: number, seed: number): ScoreSketch => {
  const random = seededRandom(seed);
  const sketch = new ScoreSketch();
  for (let n = 0; n < count; n++) {
    const score = 6 * random() - 1;
    sketch.add(score, random() < truth(score));
  }
  return sketch;
};

describe('logisticCurve', () => {
  it('finds the curve that outcomes were drawn from', () => {
    const chance = logisticCurve(drawn(50_000, 1).sorted());
    for (const score of [-1, 0, 1, 2, 3, 4, 5]) expect(Math.abs(chance(score) - truth(score))).toBeLessThan(0.02);
  });

  it('says the base rate when scores tell nothing', () => {
    const chance = logisticCurve([{ count: 98, score: 3, happened: 48 }]);
    // 49 of 100: one imagined case each way
    expect(chance(3)).toBeCloseTo(0.49, 2);
    expect(logisticCurve([])(7)).toBe(0.5);
  });

  it('stays between 0 and 1 and rises, also where scores separate perfectly or lie far apart', () => {
    const chance = logisticCurve([
      { count: 1000, score: -1e6, happened: 0 },
      { count: 10, score: 1e6, happened: 10 },
    ]);
    expect(chance(-1e6)).toBeGreaterThan(0);
    expect(chance(-1e6)).toBeLessThan(0.01);
    expect(chance(1e6)).toBeGreaterThan(0.8);
    expect(chance(1e6)).toBeLessThan(1);
  });
});
