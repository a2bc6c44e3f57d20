/** How a topic is born. Partition counts never change afterwards: the key decides the partition for ever. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'compact' | 'delete';
  /** Days that records are kept; absent for compacted topics, which keep the newest record of each key. */
  readonly retentionDays?: number;
}

export const topics = {
  papers: { name: 'papers.v1', partitions: 6, cleanup: 'compact' },
  interactions: { name: 'interactions.v1', partitions: 12, cleanup: 'delete', retentionDays: 90 },
  feedServed: { name: 'feed.served.v1', partitions: 12, cleanup: 'delete', retentionDays: 90 },
  deadLetters: { name: 'dead-letters.v1', partitions: 3, cleanup: 'delete', retentionDays: 30 },
} as const satisfies Record<string, TopicSpec>;

export const allTopics: readonly TopicSpec[] = Object.values(topics);

/** Largest value of one record, in bytes of UTF-8. */
export const MAX_RECORD_BYTES = 64 * 1024;
/** A client's clock may run ahead of ours by this much before its time is clamped. */
export const MAX_AHEAD_MS = 5 * 60_000;
/** Events later than this count in the archive only. */
export const MAX_LATE_MS = 7 * 86_400_000;
