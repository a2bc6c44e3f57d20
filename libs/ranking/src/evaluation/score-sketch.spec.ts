import fc from 'fast-check';
import { countsBetween, populationStability, quantileOf, ScoreSketch } from './score-sketch.js';

const scores = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });

const sketched = (list: readonly number[]): ScoreSketch => {
  const sketch = new ScoreSketch();
  for (const score of list) sketch.add(score, score > 0);
  return sketch;
};

describe('ScoreSketch', () => {
  it('keeps quantiles to within 0.3 % of the score', () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0.01, max: 1, noNaN: true }), (list, share) => {
        const sorted = list.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
        expect(Math.abs(quantileOf(sketched(list).sorted(), share) - exact)).toBeLessThanOrEqual(0.003 * Math.abs(exact) + 1e-9);
      }),
    );
  });

  it('loses no case and no outcome, merged or not', () => {
    fc.assert(
      fc.property(scores, scores, (first, second) => {
        const merged = sketched(first);
        merged.merge(sketched(second));
        const whole = sketched([...first, ...second]);
        expect(merged.count).toBe(first.length + second.length);
        expect(merged.sorted().map(({ count, happened }) => [count, happened])).toEqual(
          whole.sorted().map(({ count, happened }) => [count, happened]),
        );
        expect(whole.sorted().reduce((sum, { happened }) => sum + happened, 0)).toBe(
          [...first, ...second].filter((score) => score > 0).length,
        );
      }),
    );
  });

  it('stays small over any range', () => {
    const sketch = new ScoreSketch();
    for (let n = 0; n < 50_000; n++) sketch.add((n % 2 === 0 ? 1 : -1) * 10 ** ((n % 1800) / 100 - 9));
    expect(sketch.sorted().length).toBeLessThan(30_700);
  });
});

describe('countsBetween', () => {
  it('puts a score on a border below it', () => {
    const bins = sketched([1, 2, 2, 3, 10]).sorted();
    expect(countsBetween(bins, [2, 5])).toEqual([3, 1, 1]);
    expect(countsBetween([], [2, 5])).toEqual([0, 0, 0]);
  });
});

describe('populationStability', () => {
  it('is what the formula gives by hand', () => {
    // shares (80.5, 20.5) / 101 and (50.5, 50.5) / 101
    const [p, q] = [80.5 / 101, 0.5];
    const expected = (q - p) * Math.log(q / p) + (p - q) * Math.log(0.5 / (20.5 / 101));
    expect(populationStability([80, 20], [50, 50])).toBeCloseTo(expected, 12);
  });

  it('is 0 for the same shares, never negative, finite for empty bins, and null without cases', () => {
    expect(populationStability([10, 30], [10, 30])).toBe(0);
    expect(populationStability([10, 0], [0, 10])).toBeGreaterThan(1);
    expect(populationStability([0, 0], [1, 2])).toBeNull();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1 }), (pairs) => {
        const index = populationStability(
          pairs.map(([p]) => p),
          pairs.map(([, q]) => q),
        );
        if (index !== null) expect(index).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
