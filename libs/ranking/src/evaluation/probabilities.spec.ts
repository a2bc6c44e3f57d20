import { areaUnderCurve, expectedCalibrationError, reliability } from './probabilities.js';

describe('areaUnderCurve', () => {
  it.each([
    { why: 'is 1 when all wanted are above', scores: [3, 1, 2], gains: [1, 0, 0], expected: 1 },
    { why: 'is 0 when all wanted are below', scores: [1, 2, 3], gains: [1, 0, 0], expected: 0 },
    { why: 'counts ties half', scores: [1, 1], gains: [1, 0], expected: 0.5 },
    // pairs (wanted 4 and 2; others 3, 2, 1): 4 beats 3, 2 beats one and ties one
    { why: 'counts pairs', scores: [4, 3, 2, 2, 1], gains: [1, 0, 1, 0, 0], expected: 4.5 / 6 },
    { why: 'is none when everything is wanted', scores: [1, 2], gains: [1, 1], expected: null },
    { why: 'is none when nothing is', scores: [1, 2], gains: [0, 0], expected: null },
  ])('$why', ({ scores, gains, expected }) => {
    expect(areaUnderCurve(scores, gains)).toBe(expected);
  });
});

describe('expectedCalibrationError', () => {
  it('is 0 when claims come true as often as they say', () => {
    expect(expectedCalibrationError([0.25, 0.25, 0.25, 0.25, 1], [1, 0, 0, 0, 1])).toBe(0);
  });

  it('weighs the bins by their size', () => {
    // four claims of 0.9 of which half came true: off by 0.4; one of 0.1 that did not: off by 0.1
    expect(expectedCalibrationError([0.9, 0.9, 0.9, 0.9, 0.1], [1, 1, 0, 0, 0])).toBeCloseTo((4 * 0.4 + 0.1) / 5, 12);
    expect(reliability([0.9, 0.9, 0.9, 0.9, 0.1], [1, 1, 0, 0, 0]).map(({ count }) => count)).toEqual([1, 4]);
  });

  it('refuses what is no probability', () => {
    expect(() => expectedCalibrationError([1.5], [1])).toThrow('not a probability: 1.5 in row 0');
    expect(expectedCalibrationError([], [])).toBe(0);
  });
});
