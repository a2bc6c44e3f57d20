import fc from 'fast-check';
import { beginOf, isTimeZone, lastPeriod, localDay, parseDay, periodOf } from './period.js';

const iso = (time: number): string => new Date(time).toISOString();

describe('a period', () => {
  it.each([
    ['day', '2026-11-23', 'UTC', '2026-11-23', '2026-11-23T00:00:00.000Z', '2026-11-24T00:00:00.000Z'],
    ['day', '2026-11-23', 'Asia/Kolkata', '2026-11-23', '2026-11-22T18:30:00.000Z', '2026-11-23T18:30:00.000Z'],
    // 25 hours: clocks go back.
    ['day', '2026-10-25', 'Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    // Clocks jump over midnight: the day begins at 01:00.
    ['day', '2018-11-04', 'America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
    ['week', '2026-11-22', 'UTC', '2026-W47', '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['week', '2027-01-01', 'UTC', '2026-W53', '2026-12-28T00:00:00.000Z', '2027-01-04T00:00:00.000Z'],
    ['month', '2026-02-28', 'Pacific/Auckland', '2026-02', '2026-01-31T11:00:00.000Z', '2026-02-28T11:00:00.000Z'],
    ['month', '2026-12-31', 'UTC', '2026-12', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ] as const)('%s of %s in %s is %s', (kind, day, timeZone, key, from, to) => {
    const period = periodOf(kind, day, timeZone);
    expect([period.key, iso(period.from), iso(period.to)]).toEqual([key, from, to]);
  });

  it.each([
    ['day', '2026-11-23T00:00:00Z', 'UTC', '2026-11-22'],
    ['day', '2026-11-23T00:00:00Z', 'America/New_York', '2026-11-21'],
    ['week', '2026-11-23T06:00:00Z', 'UTC', '2026-W47'],
    ['month', '2027-01-01T00:30:00Z', 'UTC', '2026-12'],
    ['month', '2027-01-01T00:30:00Z', 'America/New_York', '2026-11'],
  ] as const)('the %s that ended last at %s in %s is %s', (kind, now, timeZone, key) => {
    expect(lastPeriod(kind, Date.parse(now), timeZone).key).toBe(key);
  });

  it('begins at the first moment of its day, in any zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }),
        fc.constantFrom(
          'UTC',
          'Europe/Berlin',
          'America/St_Johns',
          'Pacific/Apia',
          'Pacific/Kiritimati',
          'America/Sao_Paulo',
          'Asia/Beirut',
        ),
        (time, timeZone) => {
          const day = localDay(time, timeZone);
          const begin = beginOf(day, timeZone);
          expect(localDay(begin, timeZone)).toBe(day);
          expect(localDay(begin - 1, timeZone) < day).toBe(true);
          expect(begin <= time).toBe(true);
        },
      ),
    );
  });

  it('knows days and zones that there are', () => {
    expect(['2026-02-29', '2026-2-1', '2024-02-29', 'today'].map(parseDay)).toEqual([null, null, '2024-02-29', null]);
    expect(['UTC', 'Europe/Berlin', 'Mars/Olympus'].map(isTimeZone)).toEqual([true, true, false]);
  });
});
