import { foldedTopics, positionKey, topics, type Positions } from '#contracts';

export interface FoldedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
}

/** Every partition that the state is a fold of. */
export const foldedPartitions: readonly FoldedPartition[] = [topics.papers, topics.interactions]
  .filter(({ name }) => (foldedTopics as readonly string[]).includes(name))
  .flatMap(({ name, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition, key: positionKey(name, partition) })),
  );

/** Next offset of a partition, 0 where the positions do not name it: nothing was folded of it. */
export const nextOf = (positions: Positions, key: string): bigint => BigInt(positions[key] ?? 0);
