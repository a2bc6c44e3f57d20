import { dataSchemas, type EpochMs, eventTypes, type FeedServedData, type InteractionData, topics } from '#contracts';
import type { EventLog, StoredRecord, SubscribeOptions } from '#event-log';
import { createRegistry } from '#telemetry';
import { interactionEvent } from '../events/records.js';
import { QualityConsumer } from './quality.consumer.js';
import { QualityMetrics } from './quality.metrics.js';

const AT = Date.parse('2025-10-28T09:30:00Z');
const reader = 'r_0123456789012345678901' as InteractionData['readerRef'];

const stored = (topic: string, key: string, value: unknown): StoredRecord => ({
  topic,
  partition: 0,
  offset: 0n,
  key,
  value: Buffer.from(JSON.stringify(value)),
  headers: {},
  timestamp: AT,
});

const served = (requestId: string, papers: readonly (readonly [paper: string, source: string])[]): StoredRecord => {
  const data = {
    requestId,
    surface: 'for-you',
    readerRef: reader,
    model: { name: 'personal', version: '20251001-abcdef0' },
    arm: 'control',
    configHash: '0123456789abcdef',
    asOf: new Date(AT).toISOString(),
    positions: {},
    seed: 1,
    query: {},
    degraded: [],
    slots: papers.map(([paperId, source]) => ({ paperId, score: 1, propensity: 1, source, reasons: [] })),
  } as unknown as FeedServedData;
  return stored(topics.feedServed.name, reader, {
    specversion: '1.0',
    id: `served-${requestId}`,
    source: 'urn:broadsheet:ranker:0',
    type: eventTypes.feedServed,
    time: data.asOf,
    recordedtime: data.asOf,
    dataschema: dataSchemas.feedServed,
    data,
  });
};

let ids = 0;
const acted = (action: 'impression' | 'open' | 'upvote' | 'dwell', requestId: string, paper: string, on?: boolean): StoredRecord => {
  const data = {
    action,
    target: { kind: 'paper', id: paper },
    readerRef: reader,
    trust: 'server',
    requestId,
    ...(on === undefined ? {} : { on }),
    ...(action === 'dwell' ? { value: 3 } : {}),
  } as InteractionData;
  ids += 1;
  return stored(topics.interactions.name, reader, interactionEvent(`event-${ids}-0001`, new Date(AT).toISOString(), data, AT));
};

const setUp = async () => {
  const registry = createRegistry('test', { processMetrics: false });
  const clock = { at: AT, now: (): EpochMs => clock.at, monotonic: () => 0 };
  let options: SubscribeOptions | undefined;
  const log = {
    bounds: async (topic: string) => ({ earliest: {}, end: { [`${topic}/0`]: '7' } }),
    subscribe: async (given: SubscribeOptions) => {
      options = given;
      return {
        ready: Promise.resolve(),
        lag: () => new Map(),
        waiting: () => new Map(),
        heard: () => new Map(),
        stop: async () => undefined,
      };
    },
  } as unknown as EventLog;
  const consumer = new QualityConsumer(log, new QualityMetrics(registry), clock);
  await consumer.start();
  const take = async (...records: readonly StoredRecord[]): Promise<void> => {
    for (const record of records) await options?.handle({ topic: record.topic, partition: 0, records: [record], end: 1n });
  };
  const shown = async (): Promise<string[]> =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith('quality_'))
      .map((line) => line.replaceAll(/(model|arm|service|surface)="[^"]*",?/g, '').replace(',}', '}'));
  return { take, shown, clock, options: () => options };
};

describe('QualityConsumer', () => {
  it('counts what was seen and done by the source of the paper, and not what was taken back', async () => {
    const { take, shown } = await setUp();
    await take(
      served('request-0001', [
        ['2510.00001', 'trending'],
        ['2510.00002', 'similar'],
      ]),
      acted('impression', 'request-0001', '2510.00001'),
      acted('impression', 'request-0001', '2510.00002'),
      acted('open', 'request-0001', '2510.00002'),
      acted('upvote', 'request-0001', '2510.00002', true),
      acted('upvote', 'request-0001', '2510.00002', false),
      acted('dwell', 'request-0001', '2510.00002'),
    );
    expect(await shown()).toEqual([
      'quality_impressions_total{source="trending"} 1',
      'quality_impressions_total{source="similar"} 1',
      'quality_actions_total{source="similar",action="open"} 1',
      'quality_actions_total{source="similar",action="upvote"} 1',
      'quality_unmatched_total{} 0',
    ]);
  });

  it('counts apart what it can not join: an unknown request, another paper, an hour later', async () => {
    const { take, shown, clock } = await setUp();
    await take(served('request-0001', [['2510.00001', 'trending']]));
    await take(acted('open', 'request-0009', '2510.00001'), acted('open', 'request-0001', '2510.00009'));
    clock.at += 3_600_001;
    await take(acted('open', 'request-0001', '2510.00001'));
    expect(await shown()).toEqual(['quality_unmatched_total{} 3']);
  });

  it('is not stopped by what can not be read', async () => {
    const { take, shown } = await setUp();
    await take(
      { ...served('request-0001', []), value: Buffer.from('{') },
      { ...acted('open', 'request-0001', '2510.00001'), value: null },
      { ...acted('open', 'request-0001', '2510.00001'), value: Buffer.from('"x"') },
    );
    expect(await shown()).toEqual(['quality_unmatched_total{} 0']);
  });

  it('begins at the end of the log and shares the partitions with its peers', async () => {
    const { options } = await setUp();
    expect(options()).toMatchObject({ mode: 'shared', group: 'broadsheet-quality', topics: ['feed.served.v1', 'interactions.v1'] });
    expect(await options()?.start([])).toEqual({ 'feed.served.v1/0': '7', 'interactions.v1/0': '7' });
  });
});
