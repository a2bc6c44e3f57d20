import fc from 'fast-check';
import { dayOf, daysOfMonth, daysOfWeek, parseDay } from './calendar.js';

describe('the calendar of feeds', () => {
  it.each([
    ['2020-W53', '2020-12-28', '2021-01-03'],
    ['2021-W01', '2021-01-04', '2021-01-10'],
    ['2025-W01', '2024-12-30', '2025-01-05'],
    ['2025-W09', '2025-02-24', '2025-03-02'],
    ['2026-W53', '2026-12-28', '2027-01-03'],
  ])('%s goes from %s to %s', (week, first, last) => {
    const days = daysOfWeek(week);
    expect(days).toHaveLength(7);
    expect([days?.[0], days?.[6]]).toEqual([first, last]);
  });

  it.each(['2025-W53', '2021-W53', '2025-W00', '2025-W54', '2025-W9', '2025-09', 'W09', '2025-W09-1', ''])('%p is no week', (text) => {
    expect(daysOfWeek(text)).toBeNull();
  });

  it('every day is in exactly one week', () => {
    const seen = new Map<string, number>();
    for (let year = 2019; year <= 2027; year++)
      for (let week = 1; week <= 53; week++)
        for (const day of daysOfWeek(`${year}-W${String(week).padStart(2, '0')}`) ?? []) seen.set(day, (seen.get(day) ?? 0) + 1);
    const years = [...seen].filter(([day]) => day >= '2020-01-01' && day <= '2026-12-31');
    expect(years).toHaveLength(2557);
    expect(years.every(([, times]) => times === 1)).toBe(true);
  });

  it.each([
    ['2024-02', 29],
    ['2025-02', 28],
    ['2025-12', 31],
  ])('%s has %d days', (month, count) => {
    expect(daysOfMonth(month)).toHaveLength(count);
  });

  it.each(['2025-13', '2025-00', '2025-1', '2025'])('%p is no month', (text) => {
    expect(daysOfMonth(text)).toBeNull();
  });

  it.each(['2025-02-30', '2025-2-3', '2025-02-03T00:00:00Z', 'today'])('%p is no day', (text) => {
    expect(parseDay(text)).toBeNull();
  });

  it('a moment stands under its UTC day', () => {
    expect(dayOf('2025-10-28T23:30:00-02:00')).toBe('2025-10-29');
    fc.assert(
      fc.property(fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) =>
        expect(parseDay(dayOf(date.toISOString()))).toBe(date.toISOString().slice(0, 10)),
      ),
    );
  });
});
