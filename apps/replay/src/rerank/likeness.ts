import type { FeedServedData } from '#contracts';
import type { ReplayedRequest } from '../files/run-files.js';

/**
 * Why an answer is not the one that was served, the first that holds. A closed set, from what is chosen to what is missing:
 * - `another-moment`: the replay was asked for what is known at another moment than the live system knew it (`--as-of`);
 * - `another-model`, `another-encoder`, `another-configuration`: the side is not what served;
 * - `lists-cut`: the record was too large for the log, and the ids that the caller excluded or pinned are not in it;
 * - `part-failed`: a part without which it can not be asked had failed;
 * - `records-gone`: records below the positions are not kept any more;
 * - `papers-replaced`: compaction, or another way of losing single records, left gaps below the positions;
 * - `beyond-the-end`: the source ends before the positions;
 * - `state-ahead`: the replay began with a snapshot that is newer than the request;
 * - `unknown`: none of these, and worth a look.
 */
export const causes = [
  'another-moment',
  'another-model',
  'another-encoder',
  'another-configuration',
  'lists-cut',
  'part-failed',
  'records-gone',
  'papers-replaced',
  'beyond-the-end',
  'state-ahead',
  'unknown',
] as const;
export type Cause = (typeof causes)[number];

/** What is known of the state that the request was ranked with. */
export type StateFaults = Readonly<
  Record<Extract<Cause, 'another-moment' | 'records-gone' | 'papers-replaced' | 'beyond-the-end' | 'state-ahead'>, boolean>
>;

export interface Compared {
  /** What was served, and what side a answers now. */
  readonly live: FeedServedData;
  readonly again: FeedServedData;
  /** Of side a, for the arm of the request. */
  readonly configHash: string;
  readonly faults: StateFaults;
}

type Slots = FeedServedData['slots'];

const sameOrder = (live: Slots, again: Slots): boolean =>
  live.length === again.length && live.every(({ paperId }, place) => paperId === again[place]!.paperId);

/** Bit for bit, paper by paper; null where the live answer logged none. */
const sameFeatures = (live: Slots, again: Slots): boolean | null => {
  const logged = live.filter(({ features }) => features !== undefined);
  if (logged.length === 0) return null;
  const ours = new Map(again.map(({ paperId, features }) => [paperId, features]));
  return logged.every(({ paperId, features }) => sameNumbers(features!, ours.get(paperId)));
};

const sameNumbers = (a: readonly number[], b: readonly number[] | undefined): boolean =>
  b !== undefined && a.length === b.length && a.every((value, column) => value === b[column]);

/** Records of before the models were logged name only the one that made the scores. */
const sameModels = (live: FeedServedData, again: FeedServedData): boolean =>
  live.models === undefined
    ? live.model.name === again.model.name && live.model.version === again.model.version
    : live.models['trending'] === again.models?.['trending'] && live.models['personal'] === again.models?.['personal'];

const holds: Readonly<Record<Exclude<Cause, 'unknown' | keyof StateFaults>, (compared: Compared) => boolean>> = {
  'another-model': ({ live, again }) => !sameModels(live, again),
  'another-encoder': ({ live, again }) => live.models !== undefined && live.models['encoder'] !== again.models?.['encoder'],
  'another-configuration': ({ live, configHash }) => live.configHash !== configHash,
  'lists-cut': ({ live }) => live.query['cut'] !== undefined,
  'part-failed': ({ live, again }) => live.degraded.some((part) => part !== 'behind' && !again.degraded.includes(part)),
};

const causeOf = (compared: Compared): Cause =>
  causes.find((cause) =>
    cause === 'unknown'
      ? true
      : cause in compared.faults
        ? compared.faults[cause as keyof StateFaults]
        : holds[cause as keyof typeof holds](compared),
  ) ?? 'unknown';

/** Whether the answer is the one that was served, and if not, why. */
export const likenessOf = (compared: Compared): NonNullable<ReplayedRequest['same']> => {
  const order = sameOrder(compared.live.slots, compared.again.slots);
  const features = sameFeatures(compared.live.slots, compared.again.slots);
  return { features, order, cause: order && features !== false ? null : causeOf(compared) };
};
