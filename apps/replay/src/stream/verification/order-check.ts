import { partitionOf, type StoredRecord } from '#event-log';
import { streamedTopics } from '../stream.js';
import type { Findings } from './findings.js';

const partitionsOfTopic = new Map(streamedTopics.map(({ name, partitions }) => [name, partitions]));

/**
 * Looks at the order of one partition, a record after the other.
 * @param hasLogTime whether timestamps are those of the log, which never go back; the archive has the clocks of those who recorded in their place
 */
export const orderCheck = (findings: Findings, hasLogTime: boolean): ((record: StoredRecord) => void) => {
  let before: StoredRecord | null = null;
  return (record) => {
    findings.looked('order');
    if (before !== null && record.offset <= before.offset) findings.found('order', 'offset', record, null, `after offset ${before.offset}`);
    if (before !== null && hasLogTime && record.timestamp < before.timestamp)
      findings.found('order', 'log time', record, null, `${before.timestamp - record.timestamp} ms before the record at ${before.offset}`);
    before = record;
    if (record.key !== null) checkPartition(findings, record, record.key);
  };
};

const checkPartition = (findings: Findings, record: StoredRecord, key: string): void => {
  findings.looked('partition');
  const expected = partitionOf(key, partitionsOfTopic.get(record.topic) ?? 1);
  if (expected !== record.partition) findings.found('partition', record.topic, record, null, `its key belongs to partition ${expected}`);
};
