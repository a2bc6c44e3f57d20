import fc from 'fast-check';
import { DecayedTallies, hackerNewsGravity, redditHot } from './by-votes.js';

describe('hackerNewsGravity', () => {
  it.each([
    // by hand: 10 / 4^1.8
    { votes: 11, ageHours: 2, expected: 0.8246924442330588 },
    { votes: 1, ageHours: 0, expected: 0 },
  ])('is $expected for $votes votes after $ageHours h', ({ votes, ageHours, expected }) => {
    expect(hackerNewsGravity(votes, ageHours)).toBeCloseTo(expected, 12);
  });
});

describe('redditHot', () => {
  it.each([
    { why: 'ten times the votes are worth 12.5 hours', a: redditHot(100, 0), b: redditHot(10, 45_000) },
    { why: 'nothing and one vote are the same', a: redditHot(0, 7), b: redditHot(1, 7) },
    { why: 'votes against count against', a: redditHot(-100, 0), b: -redditHot(100, 0) },
  ])('$why', ({ a, b }) => {
    expect(a).toBeCloseTo(b, 12);
  });
});

describe('DecayedTallies', () => {
  it('halves each event with its own age', () => {
    const tallies = new DecayedTallies(2, 10);
    tallies.add(0, 100);
    tallies.add(0, 110, 2);
    expect(tallies.at(0, 120)).toBeCloseTo(0.25 + 1, 12);
    expect(tallies.at(1, 120)).toBe(0);
  });

  it('counts all alike without a half-life', () => {
    const tallies = new DecayedTallies(1, Infinity);
    for (const time of [5, 1, 9]) tallies.add(0, time);
    expect(tallies.at(0, 1e9)).toBe(3);
  });

  it('does not depend on the order of events', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        (times, halfLife) => {
          const read = (order: readonly number[]): number => {
            const tallies = new DecayedTallies(1, halfLife);
            for (const time of order) tallies.add(0, time);
            return tallies.at(0, 200);
          };
          const direct = times.reduce((sum, time) => sum + 2 ** (-(200 - time) / halfLife), 0);
          expect(read(times)).toBeCloseTo(direct, 9);
          expect(read(times.toSorted((a, b) => b - a))).toBeCloseTo(direct, 9);
        },
      ),
    );
  });
});
