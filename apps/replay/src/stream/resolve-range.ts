import { type EpochMs, MAX_AHEAD_MS, MAX_LATE_MS, type Positions } from '#contracts';
import { RangeGoneFailure } from '#event-log';
import { offsetAt, partitionsOf, streamedTopics, type RangeChoice, type StreamBounds, type StreamRange } from './stream-range.js';

/** What of a source decides a range. */
export interface OffsetClock {
  bounds(): Promise<StreamBounds>;
  offsetsAt(topic: string, time: EpochMs): Promise<Positions>;
  now(): EpochMs;
  completeSince(): EpochMs | null;
}

/** See `StreamSource.resolve`. */
export const resolveRange = async (choice: RangeChoice, source: OffsetClock): Promise<StreamRange> => {
  const bounds = await source.bounds();
  switch (choice.kind) {
    case 'all':
      return { from: bounds.earliest, to: bounds.end };
    case 'positions':
      return betweenPositions(choice, bounds);
    default:
      return betweenTimes(recordedTimes(choice, source), bounds, source);
  }
};

interface Times {
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
}

type TimeChoice = Exclude<RangeChoice, { readonly kind: 'all' | 'positions' }>;

/** The times of the log that a choice is about. */
const recordedTimes = (choice: TimeChoice, source: Pick<OffsetClock, 'now'>): Times => {
  if (choice.kind === 'last') return { from: source.now() - choice.ms, to: null };
  const { from, to } = choice;
  if (choice.kind === 'recorded') return { from, to };
  // An event is taken at most so long before and after the time that it claims; what is later counts in the archive only.
  return { from: from === null ? null : from - MAX_AHEAD_MS, to: to === null ? null : to + MAX_LATE_MS };
};

/**
 * The time of the log from which on a copy of this choice lacks nothing; null where a choice names no time. To be asked after the choice was resolved: a
 * present that has moved on since then claims less, never more.
 */
export const completeSinceOf = (choice: RangeChoice, source: Pick<OffsetClock, 'now'>): EpochMs | null =>
  choice.kind === 'all' || choice.kind === 'positions' ? null : recordedTimes(choice, source).from;

const gone = (key: string, wanted: string, earliest: string, why: string): RangeGoneFailure =>
  new RangeGoneFailure(`${key}: ${why}`, { partition: key, wanted, earliest });

const betweenPositions = (choice: { readonly from: Positions; readonly to: Positions }, { earliest, end }: StreamBounds): StreamRange => {
  for (const { key } of partitionsOf({ ...choice.from, ...choice.to }))
    if (earliest[key] === undefined) throw gone(key, choice.from[key] ?? '0', 'none', 'this source has no such partition');
  const range = { from: { ...earliest, ...choice.from }, to: { ...end, ...choice.to } };
  for (const { key } of partitionsOf(earliest)) checkWithin(key, range, { earliest, end });
  return range;
};

/** A range that reads nothing of a partition is never gone. */
const checkWithin = (key: string, range: StreamRange, { earliest, end }: StreamBounds): void => {
  const [from, to] = [offsetAt(range.from, key), offsetAt(range.to, key)];
  if (from > to) throw gone(key, String(from), earliest[key] ?? '0', `the range ends at ${to}, before it begins at ${from}`);
  if (from === to) return;
  if (from < offsetAt(earliest, key))
    throw gone(key, String(from), earliest[key] ?? '0', `records from ${from} were asked for, the earliest kept is ${earliest[key]}`);
  if (to > offsetAt(end, key))
    throw gone(key, String(to), earliest[key] ?? '0', `records up to ${to} were asked for, it ends at ${end[key]}`);
};

const betweenTimes = async ({ from, to }: Times, { earliest, end }: StreamBounds, source: OffsetClock): Promise<StreamRange> => {
  const begins: Record<string, string> = { ...earliest };
  const ends: Record<string, string> = { ...end };
  const topicsThere = new Set(partitionsOf(earliest).map(({ topic }) => topic));
  for (const spec of streamedTopics.filter(({ name }) => topicsThere.has(name))) {
    if (from !== null) Object.assign(begins, await source.offsetsAt(spec.name, from));
    if (to !== null) Object.assign(ends, await source.offsetsAt(spec.name, to));
    // Compaction leaves the newest record of every key, so a compacted topic never lacks what is current.
    if (from !== null && spec.cleanup === 'delete') checkKept(spec.name, from, begins, { earliest, end }, source);
  }
  for (const { key } of partitionsOf(begins)) if (offsetAt(ends, key) < offsetAt(begins, key)) ends[key] = offsetAt(begins, key).toString();
  return { from: begins, to: ends };
};

/**
 * Where records were removed and the first that is kept is already in the range, the removed ones may have been in it as well: nothing can tell, so the
 * answer is no. Who knows better names positions, or asks for all that is kept.
 */
const checkKept = (topic: string, from: EpochMs, begins: Positions, { earliest }: StreamBounds, source: OffsetClock): void => {
  const since = source.completeSince();
  if (since !== null && from >= since) return;
  for (const { key } of partitionsOf(earliest).filter((place) => place.topic === topic)) {
    if (earliest[key] === '0' || begins[key] !== earliest[key]) continue;
    const asked = new Date(from).toISOString();
    throw gone(
      key,
      asked,
      earliest[key] ?? '0',
      `records from ${asked} on were asked for, but those below offset ${earliest[key]} are not kept any more; ask for a later time, for positions, or for everything that is kept`,
    );
  }
};
