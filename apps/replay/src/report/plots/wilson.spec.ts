import { wilson } from './wilson.js';

describe('wilson', () => {
  it('gives the interval of the textbook', () => {
    const { rate, low, high } = wilson(10, 100);
    expect([rate, low, high].map((value) => Number(value.toFixed(4)))).toEqual([0.1, 0.0552, 0.1744]);
  });

  it.each([
    { why: 'knows nothing without a trial', hits: 0, trials: 0, low: 0, high: 1 },
    { why: 'stays above 0 without a hit', hits: 0, trials: 10, low: 0, high: 0.2775 },
    { why: 'stays below 1 when all hit, and when more hit than were tried', hits: 12, trials: 10, low: 0.7225, high: 1 },
  ])('$why', ({ hits, trials, low, high }) => {
    const interval = wilson(hits, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
});
