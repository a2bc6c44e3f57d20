import { independentDifference, wilsonInterval } from './interval.js';

describe('wilsonInterval', () => {
  it('is what the published example gives', () => {
    // Newcombe, Statistics in Medicine 1998: 81 of 263
    const { mean, low, high } = wilsonInterval(81, 263);
    expect(mean).toBeCloseTo(0.308, 3);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  it('stays within 0 and 1 at both ends, and says everything of nothing', () => {
    expect(wilsonInterval(0, 20).low).toBe(0);
    expect(wilsonInterval(0, 20).high).toBeCloseTo(0.1611, 4);
    expect(wilsonInterval(20, 20).high).toBe(1);
    expect(wilsonInterval(0, 0)).toEqual({ mean: 0, low: 0, high: 1 });
  });
});

describe('independentDifference', () => {
  it('adds the squares of the arms that face each other', () => {
    const { mean, low, high } = independentDifference({ mean: 0.5, low: 0.2, high: 0.6 }, { mean: 0.4, low: 0.3, high: 0.8 });
    expect(mean).toBeCloseTo(0.1, 12);
    expect(low).toBeCloseTo(0.1 - 0.5, 12);
    expect(high).toBeCloseTo(0.1 + Math.hypot(0.1, 0.1), 12);
  });

  it('is the published difference of two shares', () => {
    // Newcombe, Statistics in Medicine 1998, table II, example (a), method 10: 56/70 - 48/80 = 0.2000, 0.0524 to 0.3339
    const { mean, low, high } = independentDifference(wilsonInterval(56, 70), wilsonInterval(48, 80));
    expect(mean).toBeCloseTo(0.2, 10);
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });
});
