import type { EpochMs } from '#contracts';
import type { AxisRange } from './scale-range.js';

const HOUR = 3_600_000;
export const steps = [1, 2, 3, 6, 12, 24, 48, 168, 336, 720, 2160].map((hours) => hours * HOUR);

/** The shortest of our steps that cuts a span into at most `most` parts. */
export const stepFor = (span: number, most: number): number => steps.find((step) => span / step <= most) ?? steps.at(-1)!;

/** Start of the stretch of `step` that holds `at`; stretches begin at midnight UTC of 1 January 1970. */
export const stretchOf = (at: EpochMs, step: number): EpochMs => Math.floor(at / step) * step;

/** Ticks at round hours or days, at most `most`, with the ends where the data end. */
export const timeRange = (from: EpochMs, to: EpochMs, most = 7): AxisRange => {
  const end = to > from ? to : from + HOUR;
  const step = stepFor(end - from, most);
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= end; at += step) ticks.push(at);
  return { low: from, high: end, ticks };
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const pad = (value: number): string => String(value).padStart(2, '0');

/** `24 Nov`. */
export const dayLabel = (at: EpochMs): string => `${new Date(at).getUTCDate()} ${months[new Date(at).getUTCMonth()]!}`;
/** `06:00`. */
export const clockLabel = (at: EpochMs): string => `${pad(new Date(at).getUTCHours())}:${pad(new Date(at).getUTCMinutes())}`;
/** Midnights say the day, other ticks the hour. */
export const timeLabel = (at: EpochMs): string => (at % (24 * HOUR) === 0 ? dayLabel(at) : clockLabel(at));
/** `17 Nov, 06:00 to 24 Nov 2025, 00:00`; whole days without the hour, the year and the day once where they are the same. */
export const spanLabel = (from: EpochMs, to: EpochMs): string => {
  const whole = from % (24 * HOUR) === 0 && to % (24 * HOUR) === 0;
  const year = (at: EpochMs): number => new Date(at).getUTCFullYear();
  if (stretchOf(from, 24 * HOUR) === stretchOf(to, 24 * HOUR)) return `${momentLabel(from)} to ${clockLabel(to)}`;
  const word = (at: EpochMs, withYear: boolean): string =>
    `${dayLabel(at)}${withYear ? ` ${year(at)}` : ''}${whole ? '' : `, ${clockLabel(at)}`}`;
  return `${word(from, year(from) !== year(to))} to ${word(to, true)}`;
};
/** `24 Nov 2025, 06:00`. */
export const momentLabel = (at: EpochMs): string => `${dayLabel(at)} ${new Date(at).getUTCFullYear()}, ${clockLabel(at)}`;

/** `3 hours`, `1 day`. */
export const stepLabel = (step: number): string => {
  const [count, unit] = step % (24 * HOUR) === 0 ? [step / (24 * HOUR), 'day'] : [step / HOUR, 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};
