import fc from 'fast-check';
import { kendallTau, overlapAt, rankBiasedOverlap } from './rank-agreement.js';

const list = (text: string): string[] => Array.from(text);

const letters = list('abcdefghij');
const rankings = fc.shuffledSubarray(letters);

describe('kendallTau', () => {
  it.each([
    { why: 'is 1 for the same order', first: 'abcd', second: 'abcd', expected: 1 },
    { why: 'is -1 for the reversed order', first: 'abcd', second: 'dcba', expected: -1 },
    // by hand: of 6 pairs only (a, b) differs: (5 - 1) / 6
    { why: 'counts pairs that changed order', first: 'abcd', second: 'bacd', expected: 4 / 6 },
    { why: 'looks at what both hold', first: 'axbyc', second: 'cpbqa', expected: -1 },
    { why: 'is null for a single common item', first: 'ab', second: 'ac', expected: null },
  ])('$why', ({ first, second, expected }) => {
    const tau = kendallTau(list(first), list(second));
    if (expected === null) expect(tau).toBeNull();
    else expect(tau).toBeCloseTo(expected, 12);
  });

  it('is what looking at every pair gives', () => {
    fc.assert(
      fc.property(rankings, rankings, (first, second) => {
        const common = first.filter((id) => second.includes(id));
        let [sum, pairs] = [0, 0];
        common.forEach((x, i) =>
          common.slice(i + 1).forEach((y) => {
            sum += second.indexOf(x) < second.indexOf(y) ? 1 : -1;
            pairs++;
          }),
        );
        const tau = kendallTau(first, second);
        if (pairs === 0) expect(tau).toBeNull();
        else expect(tau).toBeCloseTo(sum / pairs, 12);
      }),
    );
  });
});

describe('overlapAt', () => {
  it('is the share of the first k that both have, of what either could fill', () => {
    expect(overlapAt(list('abc'), list('cxa'), 2)).toBe(0);
    expect(overlapAt(list('abc'), list('cxa'), 3)).toBeCloseTo(2 / 3, 12);
    expect(overlapAt(list('ab'), list('a'), 10)).toBe(0.5);
    expect(overlapAt([], [], 10)).toBe(1);
  });
});

describe('rankBiasedOverlap', () => {
  it.each([
    // by hand: agreement 0 at depth 1, 1 at depth 2 and from there on: 0.1/0.9 * 0.81 + 0.81
    { why: 'weighs the top most', first: 'ab', second: 'ba', expected: 0.9 },
    // by hand: (0.9 + 0.81/2 + 0.729/3 + 0.81/2 + 0.729 * 2/3) / 9 + 0.729
    { why: 'takes a list that ends early to go on as it began', first: 'a', second: 'abc', expected: 1 },
    { why: 'is 0 for nothing in common', first: 'ab', second: 'cd', expected: 0 },
    { why: 'is 0 against an empty list', first: '', second: 'cd', expected: 0 },
    { why: 'is 1 for two empty lists', first: '', second: '', expected: 1 },
  ])('$why', ({ first, second, expected }) => {
    expect(rankBiasedOverlap(list(first), list(second))).toBeCloseTo(expected, 12);
  });

  it('is 1 with itself, the same both ways, and within 0 and 1', () => {
    fc.assert(
      fc.property(rankings, rankings, (first, second) => {
        expect(rankBiasedOverlap(first, first)).toBeCloseTo(1, 12);
        const overlap = rankBiasedOverlap(first, second);
        expect(overlap).toBeCloseTo(rankBiasedOverlap(second, first), 12);
        expect(overlap).toBeGreaterThanOrEqual(0);
        expect(overlap).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it('falls more for a change at the top than for one further down', () => {
    expect(rankBiasedOverlap(list('abcdef'), list('bacdef'))).toBeLessThan(rankBiasedOverlap(list('abcdef'), list('abcdfe')));
  });
});
