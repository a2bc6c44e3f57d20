import { MAX_AHEAD_MS, MAX_LATE_MS, type EpochMs } from '#contracts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Width of a fine counting bucket. */
export const BUCKET_MS = 10 * MINUTE_MS;
export const BUCKETS_PER_HOUR = 6;
/** Buckets older than this against the watermark are counted by the hour. */
export const FINE_BUCKETS_MS = 2 * DAY_MS;
/** How long event ids are remembered at least: longer than lateness (7 days) and a day of redrive. */
export const DEDUPE_HORIZON_MS = MAX_LATE_MS + DAY_MS;

/** Seconds of the ring are 32 bits wide, from 1970 to 2106. */
const CLOCK_END_MS = 2 ** 32 * 1000;

const onClock = (time: EpochMs): boolean => time >= 0 && time < CLOCK_END_MS;

export interface EventTimes {
  readonly recorded: EpochMs;
  /** When it counts: the client's time, or `recorded` where the client's clock runs too far ahead. */
  readonly time: EpochMs;
  /** Beyond the acceptance window: archived by others, left out here. */
  readonly late: boolean;
}

/** The times that a fold goes by; null for an event outside the years that the state can hold, which then counts as late and moves nothing. */
export const timesOf = (event: { readonly time: string; readonly recordedtime: string }): EventTimes | null => {
  const recorded = Date.parse(event.recordedtime);
  const claimed = Date.parse(event.time);
  if (!onClock(recorded) || !Number.isFinite(claimed)) return null;
  const time = claimed > recorded + MAX_AHEAD_MS ? recorded : claimed;
  return { recorded, time, late: recorded - time > MAX_LATE_MS || !onClock(time) };
};
