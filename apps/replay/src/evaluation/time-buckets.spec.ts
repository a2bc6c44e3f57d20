import fc from 'fast-check';
import { TimeBuckets } from './time-buckets.js';

const counted = (moments: readonly number[]): TimeBuckets<{ count: number }> => {
  const buckets = new TimeBuckets(
    () => ({ count: 0 }),
    (into, from: { count: number }) => (into.count += from.count),
  );
  for (const moment of moments) buckets.at(moment).count++;
  return buckets;
};

const HOUR = 3_600_000;

describe('TimeBuckets', () => {
  it('is as fine as the stretch allows', () => {
    expect(counted([0, 61_000, 65_000]).sorted()).toEqual([
      { at: 0, sum: { count: 1 } },
      { at: 60_000, sum: { count: 2 } },
    ]);
    expect(counted(Array.from({ length: 200 }, (_, n) => n * HOUR)).widthMs).toBe(6 * HOUR);
  });

  it('loses nothing, whatever the order, and ends the same', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 * HOUR }), { maxLength: 300 }), (moments) => {
        const buckets = counted(moments);
        expect(buckets.sorted().length).toBeLessThanOrEqual(48);
        expect(buckets.sorted().reduce((sum, bucket) => sum + bucket.sum.count, 0)).toBe(moments.length);
        const sorted = counted(moments.toSorted((a, b) => a - b));
        expect([sorted.widthMs, sorted.sorted()]).toEqual([buckets.widthMs, buckets.sorted()]);
      }),
    );
  });
});
