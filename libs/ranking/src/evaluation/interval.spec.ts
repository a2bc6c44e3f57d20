import { wilsonInterval } from './interval.js';

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
