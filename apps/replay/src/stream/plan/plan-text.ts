import type { EpochMs } from '#contracts';
import { textTable } from '../../evaluation/text-table.js';
import { streamedTopics } from '../stream.js';
import type { PartitionPlan } from './partition-tally.js';
import type { StreamPlan, TopicPlan } from './plan-stream.js';

const count = new Intl.NumberFormat('en-US');
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);
const moment = (time: EpochMs | null): string => (time === null ? '-' : new Date(time).toISOString());
const gapsOf = ({ stretches, offsets }: TopicPlan['gaps']): string =>
  offsets === 0 ? '0' : `${count.format(offsets)} in ${count.format(stretches)}`;

const topicRow = ({ topic, records, bytes, gaps, recorded, happened }: TopicPlan): string[] => [
  topic,
  count.format(records),
  megabytes(bytes),
  gapsOf(gaps),
  moment(recorded.first),
  moment(recorded.last),
  moment(happened.first),
  moment(happened.last),
];

const partitionRow = ({ key, kept, from, to, records, bytes, gaps }: PartitionPlan): string[] => [
  key,
  kept.from,
  kept.to,
  from,
  to,
  count.format(records),
  megabytes(bytes),
  gapsOf(gaps),
];

const schemaRows = (topics: readonly TopicPlan[]): string[][] =>
  topics.flatMap(({ topic, schemas }) => Object.entries(schemas).map(([schema, records]) => [topic, schema, count.format(records)]));

const countsText = (counts: Readonly<Record<string, number>> | null, what: string): string => {
  if (counts === null) return `${what}: none, since --where speaks of what they do not have`;
  const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const parts = Object.entries(counts).map(([name, each]) => `${name} ${count.format(each)}`);
  return `${what}: ${count.format(total)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
};

/** What is not as an untouched log would have it, in words. */
const remarks = ({ topics, partitions, source }: StreamPlan): string[] => {
  const cut = partitions.filter(({ kept, from }) => kept.from !== '0' && from === kept.from).length;
  const compacted = streamedTopics.filter(({ cleanup }) => cleanup === 'compact').map(({ name }) => name);
  const missing = streamedTopics.filter(({ name }) => !topics.some(({ topic }) => topic === name)).map(({ name }) => name);
  const holes = topics.filter(({ topic, gaps }) => gaps.offsets > 0 && !compacted.includes(topic)).map(({ topic }) => topic);
  return [
    cut === 0 ? '' : `${cut} partition(s) begin in the range where the source begins: what was before is not kept any more`,
    missing.length === 0 ? '' : `this source has no ${missing.join(', ')}`,
    holes.length === 0 || source === 'archive' ? '' : `${holes.join(', ')} has offsets without a record although it is not compacted`,
  ].filter((remark) => remark !== '');
};

/** The plan as tables. */
export const planText = (plan: StreamPlan): string =>
  [
    `source: ${plan.source}`,
    textTable([
      ['topic', 'records', 'MB', 'gaps', 'recorded from', 'recorded to', 'happened from', 'happened to'],
      ...plan.topics.map(topicRow),
    ]),
    textTable([['partition', 'kept from', 'kept to', 'from', 'to', 'records', 'MB', 'gaps'], ...plan.partitions.map(partitionRow)]),
    textTable([['topic', 'schema', 'records'], ...schemaRows(plan.topics)]),
    [countsText(plan.kept.requests, 'requests kept'), countsText(plan.kept.interactions, 'interactions kept'), ...remarks(plan)].join('\n'),
  ].join('\n\n');
