import fc from 'fast-check';
import { bootstrapInterval, clusteredInterval, pairedDifference } from './bootstrap.js';
import { attention, averagePrecision, hit, ndcg, recall, reciprocalRank } from './measures.js';

const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const gains = (record: Record<string, number>): Map<string, number> => new Map(Object.entries(record));

describe('ndcg', () => {
  it.each([
    { why: 'is 1 for the best order', ranked: ['a', 'b', 'c'], of: { a: 3, b: 2, c: 1 }, k: 3, expected: 1 },
    // by hand: (1/1 + 3/1.58496) / (3/1 + 1/1.58496)
    { why: 'falls when the best is second', ranked: ['b', 'a'], of: { a: 3, b: 1 }, k: 2, expected: 0.7967075809905066 },
    { why: 'counts only the first k', ranked: ['x', 'y', 'a'], of: { a: 1 }, k: 2, expected: 0 },
    {
      why: 'is 1/log2(3) for the only relevant one in second place',
      ranked: ['x', 'a'],
      of: { a: 5 },
      k: 20,
      expected: 0.6309297535714575,
    },
    { why: 'is 0 when nothing is relevant', ranked: ['a'], of: {}, k: 3, expected: 0 },
    { why: 'counts a repeated id once', ranked: ['a', 'a'], of: { a: 1, b: 1 }, k: 2, expected: 1 / (1 + 0.6309297535714575) },
  ])('$why', ({ ranked, of, k, expected }) => {
    expect(ndcg(ranked, gains(of), k)).toBeCloseTo(expected, 12);
  });

  it('stays within 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...letters)),
        fc.dictionary(fc.constantFrom(...letters), fc.nat(9)),
        fc.nat(10),
        (ranked, of, k) => {
          const value = ndcg(ranked, gains(of), k);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        },
      ),
    );
  });
});

describe('recall and reciprocal rank', () => {
  it('are what counting by hand gives', () => {
    expect(recall(['a', 'x', 'b', 'y'], new Set(['a', 'b', 'c']), 3)).toBeCloseTo(2 / 3, 12);
    expect(recall(['a', 'x'], new Set(['a', 'b', 'c']), 1)).toBe(1);
    expect(recall([], new Set(), 5)).toBe(0);
    expect(reciprocalRank(['x', 'y', 'a'], new Set(['a', 'b']))).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRank(['x'], new Set(['a']))).toBe(0);
  });
});

describe('average precision and hit', () => {
  it('are what counting by hand gives', () => {
    // precision 1/1 at the first, 2/3 at the second, the third is not ranked
    expect(averagePrecision(['a', 'x', 'b'], new Set(['a', 'b', 'c']))).toBeCloseTo((1 + 2 / 3) / 3, 12);
    expect(averagePrecision(['a', 'a'], new Set(['a', 'b']))).toBe(0.5);
    expect(averagePrecision(['a'], new Set())).toBe(0);
    expect(hit(['x', 'a'], new Set(['a']), 1)).toBe(0);
    expect(hit(['x', 'a'], new Set(['a']), 2)).toBe(1);
    expect(attention(1)).toBeCloseTo(0.6309297535714575, 12);
  });
});

describe('bootstrapInterval', () => {
  it('holds the mean, is the same for a seed, and is a point when all cases agree', () => {
    const values = Array.from({ length: 50 }, (_, i) => i / 49);
    const interval = bootstrapInterval(values, { seed: 1 });
    expect(interval).toEqual(bootstrapInterval(values, { seed: 1 }));
    expect(interval.mean).toBeCloseTo(0.5, 12);
    // normal approximation: 0.5 +- 1.96 * 0.2945 / sqrt(50) = 0.418 to 0.582
    expect(interval.low).toBeCloseTo(0.418, 1);
    expect(interval.high).toBeCloseTo(0.582, 1);
    expect(bootstrapInterval([0.3, 0.3, 0.3], { seed: 9 }).low).toBeCloseTo(0.3, 12);
    expect(bootstrapInterval([], { seed: 9 })).toEqual({ mean: 0, low: 0, high: 0 });
  });

  it('sees a small steady gain in pairs', () => {
    const worse = Array.from({ length: 100 }, (_, i) => (i % 10) / 10);
    const { low, mean } = pairedDifference(
      worse.map((value) => value + 0.01),
      worse,
      { seed: 3 },
    );
    expect(mean).toBeCloseTo(0.01, 9);
    expect(low).toBeGreaterThan(0);
    expect(() => pairedDifference([1], [], { seed: 1 })).toThrow(RangeError);
  });
});

describe('clusteredInterval', () => {
  const values = Array.from({ length: 200 }, (_, at) => (at < 100 ? 1 : 0));

  it('is as wide as the groups make it: a hundred cases of one reader are one reader', () => {
    const apart = clusteredInterval(
      values,
      values.map((_, at) => String(at)),
      { seed: 1 },
    );
    const two = clusteredInterval(values, values.map(String), { seed: 1 });
    expect(apart).toEqual(bootstrapInterval(values, { seed: 1 }));
    expect([two.low, two.high]).toEqual([0, 1]);
  });

  it('weighs groups by their cases', () => {
    const { mean } = clusteredInterval([1, 1, 1, 0], ['a', 'a', 'a', 'b'], { seed: 1 });
    expect(mean).toBe(0.75);
  });

  it('is 0 of nothing and refuses lists that do not fit', () => {
    expect(clusteredInterval([], [], { seed: 1 })).toEqual({ mean: 0, low: 0, high: 0 });
    expect(() => clusteredInterval([1], [], { seed: 1 })).toThrow('values and groups differ in number: 1 and 0');
  });
});
