import fc from 'fast-check';
import { OffPolicySums, type OffPolicySample } from './off-policy.js';

const sample = (part: Partial<OffPolicySample>): OffPolicySample => ({
  group: 0,
  weight: 1,
  reward: 0,
  expected: 0,
  expectedOfTarget: 0,
  ...part,
});

const of = (samples: readonly OffPolicySample[]): OffPolicySums => {
  const sums = new OffPolicySums();
  for (const each of samples) sums.add(each);
  return sums;
};

describe('OffPolicySums', () => {
  it('is what the formulas give by hand', () => {
    const sums = of([
      sample({ group: 1, weight: 4, reward: 1, expected: 0.5, expectedOfTarget: 0.75 }),
      sample({ group: 2, weight: 0, reward: 1, expected: 0.5, expectedOfTarget: 0.25 }),
      sample({ group: 3, weight: 2, reward: 0, expected: 0.25, expectedOfTarget: 0.5 }),
    ]);
    const { ips, snips, dr, logged } = sums.estimates({ seed: 1, resamples: 100 });
    expect(ips.mean).toBeCloseTo(4 / 3, 12);
    expect(snips.mean).toBeCloseTo(4 / 6, 12);
    // (0.75 + 4 * 0.5) + 0.25 + (0.5 - 2 * 0.25)
    expect(dr.mean).toBeCloseTo(3 / 3, 12);
    expect(logged.mean).toBeCloseTo(2 / 3, 12);
    expect(sums.supported).toBe(2);
    expect(sums.effectiveSamples).toBeCloseTo(36 / 20, 12);
    expect([sums.samples, sums.matched, sums.largestWeight]).toEqual([3, 2, 4]);
  });

  it('has as many effective samples as samples when all weigh the same, and never more', () => {
    expect(of([1, 2, 3].map((group) => sample({ group, weight: 5 }))).effectiveSamples).toBeCloseTo(3, 12);
    expect(of([]).effectiveSamples).toBe(0);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true })), (weights) => {
        expect(of(weights.map((weight) => sample({ weight }))).effectiveSamples).toBeLessThanOrEqual(weights.length + 1e-9);
      }),
    );
  });

  it('tells the logged mean for the logged policy itself, by every estimator', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { minLength: 1, maxLength: 50 }), (list) => {
        const { ips, snips, dr, logged } = of(
          list.map(([group, reward]) => sample({ group, reward, expected: 0.3, expectedOfTarget: 0.3 })),
        ).estimates({ seed: 2, resamples: 20 });
        for (const estimate of [ips, snips, dr]) {
          expect(estimate.mean).toBeCloseTo(logged.mean, 10);
          expect(estimate.low).toBeCloseTo(logged.low, 10);
          expect(estimate.high).toBeCloseTo(logged.high, 10);
        }
      }),
    );
  });
});
