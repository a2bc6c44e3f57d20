import fc from 'fast-check';
import { gini, lorenzCurve } from './concentration.js';

describe('gini', () => {
  it('is what counting by hand gives', () => {
    expect(gini([5, 5, 5, 5])).toBe(0);
    expect(gini([0, 0, 0, 8])).toBe(0.75);
    // sum |x - y| over all pairs / (2 n^2 mean) = 8 / (2 * 9 * 2)
    expect(gini([1, 2, 3])).toBeCloseTo(8 / 36, 12);
    expect(gini([])).toBe(0);
  });
});

describe('lorenzCurve', () => {
  it('is straight for equal parts, and goes through the shares of the least shown', () => {
    expect(lorenzCurve([3, 3], 2)).toEqual([
      { papers: 0, slots: 0 },
      { papers: 0.5, slots: 0.5 },
      { papers: 1, slots: 1 },
    ]);
    expect(lorenzCurve([6, 0, 2, 0], 4).map(({ slots }) => slots)).toEqual([0, 0, 0, 0.25, 1]);
    expect(lorenzCurve([0, 0])).toEqual([]);
  });

  it('never falls, never lies above equality, and bends as the coefficient says', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }), (counts) => {
        const curve = lorenzCurve(counts, counts.length);
        if (curve.length === 0) return;
        let area = 0;
        curve.slice(1).forEach(({ papers, slots }, at) => {
          expect(slots).toBeGreaterThanOrEqual(curve[at]!.slots - 1e-12);
          expect(slots).toBeLessThanOrEqual(papers + 1e-12);
          area += ((slots + curve[at]!.slots) / 2) * (papers - curve[at]!.papers);
        });
        expect(1 - 2 * area).toBeCloseTo(gini(counts), 10);
      }),
    );
  });
});
