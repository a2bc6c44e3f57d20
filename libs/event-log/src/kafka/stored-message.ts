import type { KafkaMessage } from 'kafkajs';
import type { StoredRecord } from '../event-log.js';
import type { TopicPartition } from '../subscribe/topic-partition.js';

const textOf = (value: unknown): string =>
  Buffer.isBuffer(value)
    ? value.toString('utf8')
    : Array.isArray(value)
      ? textOf(value[value.length - 1])
      : typeof value === 'string'
        ? value
        : '';

/** A message as our port tells it; of a header that is there several times, the last. */
export const toStored = (at: TopicPartition, { key, value, headers, offset, timestamp }: KafkaMessage): StoredRecord => ({
  topic: at.topic,
  partition: at.partition,
  offset: BigInt(offset),
  key: key === null ? null : key.toString('utf8'),
  value,
  headers: headers === undefined ? {} : Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, textOf(text)])),
  timestamp: Number(timestamp),
});
