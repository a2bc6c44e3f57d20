import type { EpochMs } from '#contracts';

export const periodKinds = ['day', 'week', 'month'] as const;
export type PeriodKind = (typeof periodKinds)[number];

/** Some whole days of the calendar of one time zone. */
export interface Period {
  readonly kind: PeriodKind;
  /** `2026-11-23`, `2026-W47` (ISO 8601) or `2026-11`. */
  readonly key: string;
  /** First and last day. */
  readonly first: string;
  readonly last: string;
  /** The moments at which the first day begins and the day after the last one does. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const DAY_MS = 86_400_000;

const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOfUtc = (time: number): string => new Date(time).toISOString().slice(0, 10);
const later = (day: string, days: number): string => dayOfUtc(utc(day) + days * DAY_MS);

/** The day itself, or null when the calendar has no such day. */
export const parseDay = (text: string): string | null =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(utc(text)) && dayOfUtc(utc(text)) === text ? text : null;

/** Whether the platform knows this time zone. */
export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** The day that a moment is in. */
export const localDay = (time: EpochMs, timeZone: string): string => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(time);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year').padStart(4, '0')}-${of('month')}-${of('day')}`;
};

/** Zones lie within 14 hours of UTC on the one side and 12 on the other. */
const WIDEST_MS = 15 * 3_600_000;

/** The moment at which a day begins: the first at which it is that day there, also where clocks jump over midnight. */
export const beginOf = (day: string, timeZone: string): EpochMs => {
  let [before, after] = [utc(day) - WIDEST_MS, utc(day) + WIDEST_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDay(middle, timeZone) < day) before = middle;
    else after = middle;
  }
  return after;
};

const mondayOf = (day: string): string => later(day, -((new Date(utc(day)).getUTCDay() + 6) % 7));

/** ISO 8601: the week belongs to the year that its Thursday is in. */
const weekKey = (monday: string): string => {
  const year = later(monday, 3).slice(0, 4);
  const week = Math.round((utc(monday) - utc(mondayOf(`${year}-01-04`))) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
};

/** The period that a day is in. */
export const periodOf = (kind: PeriodKind, day: string, timeZone: string): Period => {
  const first = kind === 'day' ? day : kind === 'week' ? mondayOf(day) : `${day.slice(0, 7)}-01`;
  const next = kind === 'day' ? later(first, 1) : kind === 'week' ? later(first, 7) : `${later(first, 31).slice(0, 7)}-01`;
  const key = kind === 'day' ? first : kind === 'week' ? weekKey(first) : first.slice(0, 7);
  return { kind, key, first, last: later(next, -1), from: beginOf(first, timeZone), to: beginOf(next, timeZone) };
};

/** The period that ended last. */
export const lastPeriod = (kind: PeriodKind, now: EpochMs, timeZone: string): Period => {
  const current = periodOf(kind, localDay(now, timeZone), timeZone);
  return periodOf(kind, later(current.first, -1), timeZone);
};
