import type { EpochMs } from './scalars.js';

/**
 * Headers that a redrive adds to a record; key, value and all other headers are those of the original.
 * Names are ours alone: CloudEvents keeps `ce_` for itself.
 */
const ATTEMPTS = 'broadsheet_attempts';
const ORIGIN = 'broadsheet_redrive_of';

/** How often a record is given to its consumers before operators have to insist: a record that failed this often will fail again. */
export const MAX_ATTEMPTS = 5;

type Headers = Readonly<Record<string, string>>;

/** How often consumers had the record before this time: 0 for one that was never redriven. */
export const attemptsBefore = (headers: Headers): number => {
  const attempts = Number(headers[ATTEMPTS]);
  return Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 0;
};

/**
 * The headers of a record as it is redriven after `attempts` tries. A record that is redriven once more keeps the place that it was
 * first written to, so that its history has a beginning.
 *
 * @param from `topic/partition/offset` of the record that is appended again
 */
export const redriveHeaders = (headers: Headers, from: string, attempts: number): Record<string, string> => ({
  ...headers,
  [ATTEMPTS]: String(attempts),
  [ORIGIN]: headers[ORIGIN] ?? from,
});

/**
 * The event as every consumer has to see it. A redriven event was taken by the log when it was redriven, whatever its untouched value
 * says: by that moment it is early enough or late. Were the first `recordedtime` to stand, whether it counts would hang on how much each replica
 * had forgotten by then, and replicas would differ.
 */
export const asTaken = <E extends { readonly recordedtime: string }>(
  event: E,
  record: { readonly headers: Headers; readonly timestamp: EpochMs },
): E =>
  attemptsBefore(record.headers) === 0 || !(record.timestamp > Date.parse(event.recordedtime))
    ? event
    : { ...event, recordedtime: new Date(record.timestamp).toISOString() };
