import { createRequire } from 'node:module';
import type { Kafka, KafkaMessage } from 'kafkajs';
import type { TopicPartition } from '../subscribe/topic-partition.js';

/**
 * kafkajs 2.2.4 shows consumers of groups only, and reading a range needs none (tulios/kafkajs#373). What its own consumer is made of is used instead: a
 * cluster, which finds the leader of a partition, and a broker, which is asked for records. The names below are not documented: the contract of
 * the event log is the test that they still mean this.
 */
export interface KafkaCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Learns who leads the partitions of a topic. */
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>;
  findBroker(of: { readonly nodeId: string }): Promise<KafkaBroker>;
}

interface KafkaBroker {
  fetch(request: {
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string; readonly maxBytes: number }[];
    }[];
  }): Promise<{ readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[] }>;
}

interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
  readonly messages: readonly KafkaMessage[];
}

interface KafkaBatch {
  /** Without markers and what transactions took back. */
  readonly messages: readonly KafkaMessage[];
  isEmptyIncludingFiltered(): boolean;
  lastOffset(): string;
}

type BatchClass = new (topic: string, fetchedOffset: string, partition: FetchedPartition) => KafkaBatch;
const Batch = createRequire(import.meta.url)('kafkajs/src/consumer/batch') as BatchClass;

const CREATE_CLUSTER = 'private:Kafka:createCluster';
type CreateCluster = (options: { readonly metadataMaxAge: number; readonly allowAutoTopicCreation: boolean }) => KafkaCluster;

/** A cluster with the settings of `kafka`, not connected yet. */
export const clusterOf = (kafka: Kafka): KafkaCluster => {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
  if (symbol === undefined) throw new TypeError(`this version of kafkajs has no ${CREATE_CLUSTER}`);
  const create = (kafka as unknown as Record<symbol, CreateCluster>)[symbol]!;
  return create({ metadataMaxAge: 60_000, allowAutoTopicCreation: false });
};

const READ_COMMITTED = 1;

export interface Fetched {
  /** In offset order, from the offset that was asked for. */
  readonly messages: readonly KafkaMessage[];
  /** Next offset after all that was seen, markers and what was taken back included; null when nothing was. */
  readonly next: bigint | null;
  /** Next offset to be written. */
  readonly end: bigint;
}

/** One question to the leader of a partition: the records from `from` on that fit into `maxBytes`, one at least. @throws what kafkajs throws. */
export const fetchFrom = async (
  cluster: KafkaCluster,
  { topic, partition }: TopicPartition,
  from: bigint,
  { maxBytes, maxWaitTime }: { readonly maxBytes: number; readonly maxWaitTime: number },
): Promise<Fetched> => {
  const fetchOffset = String(from);
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  const broker = await cluster.findBroker({ nodeId: nodeId ?? 'none' });
  const { responses } = await broker.fetch({
    isolationLevel: READ_COMMITTED,
    maxWaitTime,
    minBytes: 1,
    maxBytes,
    topics: [{ topic, partitions: [{ partition, fetchOffset, maxBytes }] }],
  });
  const fetched = responses[0]?.partitions[0];
  if (fetched === undefined) return { messages: [], next: null, end: from };
  const batch = new Batch(topic, fetchOffset, fetched);
  const next = batch.isEmptyIncludingFiltered() ? null : BigInt(batch.lastOffset()) + 1n;
  return { messages: batch.messages, next, end: BigInt(fetched.highWatermark) };
};
