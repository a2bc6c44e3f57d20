import { catalogueCoverage, miscalibration, novelty, topicShares } from './beyond-accuracy.js';

describe('catalogueCoverage', () => {
  it('is the share of the catalogue that any list shows', () => {
    expect(catalogueCoverage([['a', 'b'], ['b', 'c'], []], 12)).toBe(0.25);
    expect(catalogueCoverage([], 12)).toBe(0);
    expect(catalogueCoverage([['a']], 0)).toBe(0);
  });
});

describe('novelty', () => {
  it('is the mean of the bits that each item tells', () => {
    // By hand, with the imagined reader: shares 4/8 and 1/8 are 1 bit and 3 bits.
    expect(novelty([3, 0], 7)).toBeCloseTo(2, 12);
    expect(novelty([], 7)).toBe(0);
  });

  it('is 0 for what everybody chose', () => {
    expect(novelty([7, 7], 7)).toBeCloseTo(0, 12);
  });
});

describe('topicShares', () => {
  it('divides each item among its topics and passes over items without one', () => {
    expect([...topicShares([['a', 'b'], ['a'], []])]).toEqual([
      ['a', 0.75],
      ['b', 0.25],
    ]);
  });
});

describe('miscalibration', () => {
  const shares = (record: Record<string, number>): Map<string, number> => new Map(Object.entries(record));

  it.each([
    { why: 'is 0 for the same shares', wanted: { a: 0.7, b: 0.3 }, shown: { a: 0.7, b: 0.3 }, expected: 0 },
    // by hand: 0.5 ln(0.5 / 0.995) + 0.5 ln(0.5 / 0.005)
    { why: 'is large for a topic left out', wanted: { a: 0.5, b: 0.5 }, shown: { a: 1 }, expected: 1.9585182 },
    // by hand: ln(1 / (0.99 * 0.5 + 0.01))
    { why: 'counts what takes the place of a topic', wanted: { a: 1 }, shown: { a: 0.5, b: 0.5 }, expected: 0.6831968 },
    { why: 'is 0 for a reader without topics', wanted: {}, shown: { a: 1 }, expected: 0 },
  ])('$why', ({ wanted, shown, expected }) => {
    expect(miscalibration(shares(wanted), shares(shown))).toBeCloseTo(expected, 6);
  });
});
