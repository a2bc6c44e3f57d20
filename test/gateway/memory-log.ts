import { type Paper, positionKey, type Positions } from '#contracts';
import {
  type Batch,
  EventLog,
  type NewRecord,
  type Position,
  type StoredRecord,
  type SubscribeOptions,
  type Subscription,
} from '#event-log';

/** The log's port over an array, one partition, for tests of what stands behind it. The adapters have tests of their own. */
export class MemoryLog extends EventLog {
  private readonly records: StoredRecord[] = [];
  private readonly subscribers: SubscribeOptions[] = [];

  async ensureTopics(): Promise<void> {
    return;
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    const added = records.map(({ key, value, headers = {} }): StoredRecord => {
      const record = {
        topic,
        partition: 0,
        offset: BigInt(this.records.length),
        key,
        value: value === null ? null : Buffer.from(value),
        headers,
        timestamp: Date.now(),
      };
      this.records.push(record);
      return record;
    });
    for (const subscriber of this.subscribers) await subscriber.handle(this.batch(topic, added));
    return added;
  }

  /** Appends papers as ingest would write them. */
  async papers(...papers: readonly Paper[]): Promise<readonly Position[]> {
    return this.append(
      'papers.v1',
      papers.map((paper) => ({ key: paper.id, value: JSON.stringify(paperEvent(paper)) })),
    );
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const [topic = ''] = options.topics;
    if (this.records.length > 0) await options.handle(this.batch(topic, this.records));
    this.subscribers.push(options);
    return {
      ready: Promise.resolve(),
      lag: () => new Map([[positionKey(topic, 0), 0n]]),
      waiting: () => new Map(),
      heard: () => new Map(),
      stop: async () => undefined,
    };
  }

  async *read(): AsyncIterable<StoredRecord> {
    yield* this.records;
  }

  async offsetsAt(topic: string): Promise<Positions> {
    return { [positionKey(topic, 0)]: '0' };
  }

  async bounds(topic: string): Promise<{ earliest: Positions; end: Positions }> {
    return { earliest: { [positionKey(topic, 0)]: '0' }, end: { [positionKey(topic, 0)]: String(this.records.length) } };
  }

  async ping(): Promise<void> {
    return;
  }

  async close(): Promise<void> {
    return;
  }

  private batch(topic: string, records: readonly StoredRecord[]): Batch {
    return { topic, partition: 0, records, end: BigInt(this.records.length) };
  }
}

export const paperEvent = (paper: Paper) => ({
  specversion: '1.0',
  id: `event-${paper.id.replaceAll(/[^A-Za-z0-9]/g, '-')}`,
  source: '/test',
  type: 'org.broadsheet.paper.upserted.v1',
  time: '2025-10-28T09:00:00.000Z',
  recordedtime: '2025-10-28T09:00:00.000Z',
  datacontenttype: 'application/json',
  dataschema: 'urn:broadsheet:schema:paper:1',
  data: paper,
});
