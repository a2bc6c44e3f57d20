import fc from 'fast-check';
import { recentHours, upvoteHalfLives } from '../features/signals.js';
import { decayedCountsAt } from './dated-counts.js';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-03-04T12:00:00Z');
const ago = (...hours: number[]): number[] => hours.map((each) => NOW - each * HOUR).sort((a, b) => a - b);

describe('decayedCountsAt', () => {
  it('counts and decays by the ten minutes in which a vote came, each paper for itself', () => {
    const [quiet, one, many] = decayedCountsAt(
      [
        { upvotes: [], comments: [] },
        { upvotes: ago(1), comments: [] },
        { upvotes: ago(0.25, 0.75, 1.5, 5), comments: ago(2) },
      ],
      NOW,
    );
    expect(quiet).toMatchObject({ upvotesTotal: 0, upvotes: upvoteHalfLives.map(() => 0), recentUpvotes: recentHours.map(() => 0) });
    expect(one!.upvotes[upvoteHalfLives.indexOf(1)]).toBeCloseTo(0.5, 9);
    expect(one!.upvotes[upvoteHalfLives.indexOf(0.5)]).toBeCloseTo(0.25, 9);
    expect(many!.upvotesTotal).toBe(4);
    expect(Object.fromEntries(recentHours.map((hours, i) => [hours, many!.recentUpvotes[i]]))).toEqual({ 0.5: 1, 1: 2, 2: 3, 3: 3 });
    expect(many!.comments[0]).toBeCloseTo(0.25, 9);
  });

  it('gives windows that grow with their width and never hold more than there is', () => {
    const times = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 80 });
    fc.assert(
      fc.property(times, times, (votes, comments) => {
        const [{ recentUpvotes, upvotes, upvotesTotal }] = decayedCountsAt(
          [{ upvotes: ago(...votes), comments: ago(...comments) }],
          NOW,
        ) as [ReturnType<typeof decayedCountsAt>[number]];
        expect(upvotesTotal).toBe(votes.length);
        [...recentUpvotes, upvotesTotal].reduce((narrow, wide) => (expect(wide).toBeGreaterThanOrEqual(narrow), wide));
        upvotes.reduce((short, long) => (expect(long).toBeGreaterThanOrEqual(short - 1e-9), long), 0);
        // A bucket that began before the window is left out, so at most ten minutes are missing.
        recentHours.forEach((hours, i) => {
          expect(recentUpvotes[i]).toBeLessThanOrEqual(votes.filter((hoursAgo) => hoursAgo <= hours).length);
          expect(recentUpvotes[i]).toBeGreaterThanOrEqual(votes.filter((hoursAgo) => hoursAgo <= hours - 1 / 6).length);
        });
      }),
    );
  });

  it('refuses what nobody can know yet', () => {
    expect(() => decayedCountsAt([{ upvotes: [NOW + 1], comments: [] }], NOW)).toThrow(RangeError);
  });
});
