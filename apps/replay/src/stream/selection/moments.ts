import { daySchema, type EpochMs, timestampSchema } from '#contracts';
import { UsageError } from '../../cli/command.js';

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** `2026-11-24` (its beginning, UTC) or `2026-11-24T09:30:00Z`. @throws {UsageError} naming `option`. */
export const readMoment = (option: string, text: string): EpochMs => {
  if (daySchema.safeParse(text).success || timestampSchema.safeParse(text).success) return Date.parse(text);
  throw new UsageError(`${option} ${text}: must be a day such as 2026-11-24 or a time such as 2026-11-24T09:30:00Z`);
};

/** `7d` -> milliseconds; s, m, h, d and w are known. @throws {UsageError} naming `option`. */
export const readDuration = (option: string, text: string): number => {
  const { count, unit } = /^(?<count>\d{1,6})(?<unit>[smhdw])$/.exec(text)?.groups ?? {};
  const ms = Number(count) * (unitMs[unit ?? ''] ?? NaN);
  if (ms > 0) return ms;
  throw new UsageError(`${option} ${text}: must be a whole number and s, m, h, d or w, such as 7d`);
};

/** How long after its request an action counts as its outcome: one rule for every command. Whole hours, at most 90 days, which is what the log keeps. @throws {UsageError} */
export const readOutcomeHours = (text: string): number => readWhole('--outcome-hours', text, { least: 1, most: 24 * 90 });

/** @throws {UsageError} naming `option`. */
export const readWhole = (option: string, text: string, { least = 0, most = Number.MAX_SAFE_INTEGER } = {}): number => {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(
    `${option} ${text}: must be a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? ' up' : ` to ${most}`}`,
  );
};
