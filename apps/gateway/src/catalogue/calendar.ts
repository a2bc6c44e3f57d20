const DAY_MS = 86_400_000;

/** `2025-10-28` for a moment or a day. */
export const dayOf = (date: string): string => (date.length === 10 ? date : new Date(date).toISOString().slice(0, 10));

const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const daysFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => new Date(first + i * DAY_MS).toISOString().slice(0, 10));

/** The day itself, or null when the calendar has no such day (`2025-02-30`). */
export const parseDay = (text: string): string | null => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const time = utc(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null;
};

/** Monday of ISO week 1: the week with 4 January in it. */
const firstMonday = (year: number): number => {
  const fourth = utc(`${String(year).padStart(4, '0')}-01-04`);
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
};

/** The seven days, Monday first, of an ISO week such as `2025-W09`; null when the year has no such week (53 is there in some years only). */
export const daysOfWeek = (text: string): string[] | null => {
  const match = /^(\d{4})-W(\d{2})$/.exec(text);
  if (match === null) return null;
  const [year, week] = [Number(match[1]), Number(match[2])];
  const monday = firstMonday(year) + (week - 1) * 7 * DAY_MS;
  return week >= 1 && monday < firstMonday(year + 1) ? daysFrom(monday, 7) : null;
};

/** The days of a month such as `2025-02`; null when there is no such month. */
export const daysOfMonth = (text: string): string[] | null => {
  const match = /^(\d{4})-(\d{2})$/.exec(text);
  if (match === null || Number(match[2]) < 1 || Number(match[2]) > 12) return null;
  return daysFrom(utc(`${text}-01`), new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate());
};
