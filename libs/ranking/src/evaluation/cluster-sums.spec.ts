import fc from 'fast-check';
import { clusteredInterval } from './bootstrap.js';
import { ClusterSums } from './cluster-sums.js';

const cases = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: -50, max: 50 })), { minLength: 1, maxLength: 80 });

const summed = (list: readonly (readonly [number, number])[]): ClusterSums => {
  const sums = new ClusterSums(2);
  for (const [group, value] of list) {
    sums.add(group, 0, value);
    sums.add(group, 1, 1);
  }
  return sums;
};

const mean = { of: 0, over: 1 };

describe('ClusterSums', () => {
  it('gives the interval that keeping every case would give', () => {
    fc.assert(
      fc.property(cases, (list) => {
        const [interval] = summed(list).intervals([mean], { seed: 5, resamples: 50 });
        const kept = clusteredInterval(
          list.map(([, value]) => value),
          list.map(([group]) => String(group)),
          { seed: 5, resamples: 50 },
        );
        expect(interval!.mean).toBeCloseTo(kept.mean, 10);
        expect([interval!.low, interval!.high]).toEqual([kept.low, kept.high]);
      }),
    );
  });

  it('is the same however the cases came together', () => {
    fc.assert(
      fc.property(cases, cases, (first, second) => {
        const merged = summed(first);
        merged.merge(summed(second));
        expect(merged.intervals([mean], { seed: 1, resamples: 20 })).toEqual(
          summed([...first, ...second]).intervals([mean], { seed: 1, resamples: 20 }),
        );
      }),
    );
  });

  it('judges a difference on the same resamples: equal columns differ by exactly nothing', () => {
    const sums = new ClusterSums(3);
    for (let group = 0; group < 40; group++) {
      sums.add(group, 0, Math.sin(group));
      sums.add(group, 1, Math.sin(group));
      sums.add(group, 2, 1 + (group % 3));
    }
    expect(sums.intervals([{ of: 0, less: 1, over: 2 }], { seed: 3 })).toEqual([{ mean: 0, low: 0, high: 0 }]);
  });

  it('says NaN of what was never counted', () => {
    const sums = new ClusterSums(2);
    sums.add(1, 0, 4);
    expect(sums.intervals([mean], { seed: 1, resamples: 5 })).toEqual([{ mean: NaN, low: NaN, high: NaN }]);
    expect(sums.groups).toBe(1);
    expect(sums.groupsWith(1)).toBe(0);
  });
});
