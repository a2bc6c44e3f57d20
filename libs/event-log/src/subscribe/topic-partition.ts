import { positionKey } from '#contracts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** `topic/partition`, as in Positions. */
export const partitionKey = ({ topic, partition }: TopicPartition): string => positionKey(topic, partition);

/** The reverse: topic names have no slash. */
export const topicPartitionOf = (key: string): TopicPartition => {
  const slash = key.lastIndexOf('/');
  return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) };
};
