import { ScoreDrift } from './score-drift.js';

/** Evenly spread over [from, from + 1). */
const feed = (drift: ScoreDrift, count: number, from: number): void => {
  for (let i = 0; i < count; i++) drift.observe(from + ((i * 7919) % count) / count);
};

describe('ScoreDrift', () => {
  it('is 0 until something can be compared, and stays near 0 while nothing moves', () => {
    const drift = new ScoreDrift();
    feed(drift, 2_000, 0);
    expect(drift.index).toBe(0);
    feed(drift, 2_000, 0);
    expect(drift.index).toBeLessThan(0.001);
  });

  it('is much when scores move by a third of their range, and comes back with them', () => {
    const drift = new ScoreDrift();
    feed(drift, 2_000, 0);
    feed(drift, 2_000, 0.33);
    expect(drift.index).toBeGreaterThan(0.25);
    feed(drift, 2_000, 0);
    expect(drift.index).toBeLessThan(0.001);
  });

  it('takes no notice of what is no number', () => {
    const drift = new ScoreDrift();
    feed(drift, 2_000, 0);
    for (let i = 0; i < 2_000; i++) drift.observe(NaN);
    expect(drift.index).toBe(0);
  });
});
