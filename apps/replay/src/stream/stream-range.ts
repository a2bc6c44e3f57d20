import { type EpochMs, type Positions, topics, type TopicSpec } from '#contracts';

/** The topics that a replay reads; dead letters are no part of what happened. */
export const streamedTopics: readonly TopicSpec[] = [topics.papers, topics.interactions, topics.feedServed];

/** A stretch of the stream: next offsets of every `topic/partition`, `from` inclusive, `to` exclusive. */
export interface StreamRange {
  readonly from: Positions;
  readonly to: Positions;
}

export interface StreamBounds {
  /** Per `topic/partition`, the earliest offset that is kept. */
  readonly earliest: Positions;
  /** Per `topic/partition`, the next offset to be written. */
  readonly end: Positions;
}

/** What part of a source is asked for. Times are inclusive at `from` and exclusive at `to`; null is open. */
export type RangeChoice =
  | { readonly kind: 'all' }
  /** What the source took in the last `ms` before its present. */
  | { readonly kind: 'last'; readonly ms: number }
  /**
   * `recorded`: what the log took between the times. `event`: what happened between them, also what the log took up to seven days later: the range is
   * wide enough for all of it, and whoever reads it leaves out records of other times.
   */
  | { readonly kind: 'event' | 'recorded'; readonly from: EpochMs | null; readonly to: EpochMs | null }
  /** A partition that `from` (or `to`) does not name begins (or ends) where the source does. */
  | { readonly kind: 'positions'; readonly from: Positions; readonly to: Positions };

export interface PartitionPlace {
  readonly topic: string;
  readonly partition: number;
  /** `topic/partition`. */
  readonly key: string;
}

/** The partitions that positions name, by topic and number: the order in which a stream is hashed and told of. */
export const partitionsOf = (positions: Positions): readonly PartitionPlace[] =>
  Object.keys(positions)
    .map((key) => {
      const slash = key.lastIndexOf('/');
      return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)), key };
    })
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));

/** Where a partition stands in positions. @throws RangeError when they do not name it. */
export const offsetAt = (positions: Positions, key: string): bigint => {
  const offset = positions[key];
  if (offset === undefined) throw new RangeError(`there is no position of ${key}`);
  return BigInt(offset);
};
