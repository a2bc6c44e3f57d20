import fc from 'fast-check';
import { placeByScores, placeInOrder } from './placing.js';

const all = (count: number): Uint8Array => new Uint8Array(count).fill(1);

describe('placeByScores', () => {
  it.each([
    { why: 'counts what scores higher', scores: [0.1, 0.9, 0.5], then: [0, 0, 0], wanted: 2, place: 2, top: [1, 2] },
    { why: 'lets the second order decide between equals', scores: [1, 1, 1], then: [1, 3, 2], wanted: 0, place: 3, top: [1, 2] },
    { why: 'puts the earlier known first of equals in both', scores: [1, 1, 1], then: [0, 0, 0], wanted: 2, place: 3, top: [0, 1] },
  ])('$why', ({ scores, then, wanted, place, top }) => {
    expect(placeByScores(Float64Array.from(scores), then, all(scores.length), wanted, 2)).toEqual({ place, top });
  });

  it('leaves out what may not be ranked', () => {
    const allowed = Uint8Array.of(1, 0, 1);
    expect(placeByScores(Float64Array.of(0.1, 0.9, 0.5), [0, 0, 0], allowed, 0, 5)).toEqual({ place: 2, top: [2, 0] });
    expect(placeByScores(Float64Array.of(0.1, 0.9, 0.5), [0, 0, 0], allowed, 1, 5).place).toBe(Infinity);
  });

  it('agrees with sorting everything', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 30 }), fc.nat(), fc.integer({ min: 1, max: 8 }), (papers, draw, depth) => {
        const scores = Float64Array.from(papers, ([score]) => score);
        const then = papers.map(([, second]) => second);
        const allowed = Uint8Array.from(papers, ([, , may]) => (may ? 1 : 0));
        const sorted = [...papers.keys()]
          .filter((paper) => allowed[paper] === 1)
          .sort((a, b) => scores[b]! - scores[a]! || then[b]! - then[a]! || a - b);
        const wanted = draw % papers.length;
        expect(placeByScores(scores, then, allowed, wanted, depth)).toEqual(placeInOrder(sorted, wanted, depth));
      }),
    );
  });
});
