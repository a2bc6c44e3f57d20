import fc from 'fast-check';
import { pixelDown, roundRange } from './scale-range.js';
import { spanLabel, stepFor, stepLabel, timeLabel, timeRange } from './time-axis.js';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);

describe('roundRange', () => {
  it.each([
    { why: 'ends at round values', values: [0.213, 0.487], options: {}, expected: [0.2, 0.3, 0.4, 0.5] },
    { why: 'holds what it must', values: [12, 31], options: { include: [0] }, expected: [0, 10, 20, 30, 40] },
    { why: 'spreads a single value', values: [3, 3], options: { count: 2 }, expected: [2, 4] },
    { why: 'is 0 to 1 without values', values: [], options: {}, expected: [0, 0.5, 1] },
  ])('$why', ({ values, options, expected }) => expect(roundRange(values, options).ticks).toEqual(expected));

  it('holds every value, in few ticks, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const { low, high, ticks } = roundRange(values);
        const slack = 1e-9 * Math.max(1, Math.abs(low), Math.abs(high));
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(low - slack);
          expect(value).toBeLessThanOrEqual(high + slack);
        }
        expect(ticks.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('places values from the top', () => expect(pixelDown(25, { low: 0, high: 100, ticks: [] }, 200)).toBe(150));
});

describe('the time axis', () => {
  it('ticks at round hours or days, few enough to be read', () => {
    const week = timeRange(at('2025-11-17T05:00:00Z'), at('2025-11-24T00:00:00Z'), 7);
    expect(week.ticks.map(timeLabel)).toEqual(['18 Nov', '19 Nov', '20 Nov', '21 Nov', '22 Nov', '23 Nov', '24 Nov']);
    const morning = timeRange(at('2025-11-17T05:10:00Z'), at('2025-11-17T11:00:00Z'), 7);
    expect(morning.ticks.map(timeLabel)).toEqual(['06:00', '07:00', '08:00', '09:00', '10:00', '11:00']);
  });

  it('names steps and spans', () => {
    expect(stepLabel(stepFor(7 * 24 * HOUR, 28))).toBe('6 hours');
    expect(stepLabel(24 * HOUR)).toBe('1 day');
    expect(spanLabel(at('2025-11-17T00:00:00Z'), at('2025-11-24T00:00:00Z'))).toBe('17 Nov to 24 Nov 2025');
    expect(spanLabel(at('2025-11-17T06:00:00Z'), at('2025-11-17T19:30:00Z'))).toBe('17 Nov 2025, 06:00 to 19:30');
    expect(spanLabel(at('2025-12-31T06:00:00Z'), at('2026-01-01T06:30:00Z'))).toBe('31 Dec 2025, 06:00 to 1 Jan 2026, 06:30');
  });
});
