import fc from 'fast-check';
import { chaptersOf } from './chapters.js';

describe('chaptersOf', () => {
  it('learns anew each time the past has grown enough, and never from the day that it judges', () => {
    expect(chaptersOf([1, 2, 2, 3, 4, 5, 6, 7], 2, 2)).toEqual([
      { from: 0, to: 3 },
      { from: 3, to: 4 },
      { from: 4, to: 8 },
    ]);
  });

  it('is one chapter without a past when there is too little to learn from', () => {
    expect(chaptersOf([1, 1, 2], 10, 1.5)).toEqual([{ from: 0, to: 3 }]);
    expect(chaptersOf([], 10, 1.5)).toEqual([{ from: 0, to: 0 }]);
  });

  it('covers every list once, in order, with whole days, whatever the days', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (unordered, first) => {
        const days = unordered.sort((a, b) => a - b);
        const chapters = chaptersOf(days, first, 1.5);
        expect(chapters[0]!.from).toBe(0);
        expect(chapters.at(-1)!.to).toBe(days.length);
        chapters.slice(1).forEach(({ from, to }, place) => {
          expect(from).toBe(chapters[place]!.to);
          expect(to).toBeGreaterThan(from);
          expect(days[from]).toBeGreaterThan(days[from - 1]!);
        });
      }),
    );
  });
});
