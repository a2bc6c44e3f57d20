import type { Positions, TopicSpec } from '#contracts';
import {
  type AppendOptions,
  type Batch,
  EventLog,
  type NewRecord,
  type Position,
  type ReadRange,
  type StoredRecord,
  type SubscribeOptions,
  type Subscription,
} from '#event-log';
import { uniqueName } from './topics.js';

/**
 * The real log of the run under names of one test's own: topics and groups get a prefix on the way in and lose it on the way out, so that
 * whole services can be tested side by side on one broker.
 */
export class IsolatedLog extends EventLog {
  constructor(
    private readonly log: EventLog,
    private readonly prefix = `${uniqueName('test')}.`,
  ) {
    super();
  }

  /** The same topics over another connection. */
  over(log: EventLog): IsolatedLog {
    return new IsolatedLog(log, this.prefix);
  }

  ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    return this.log.ensureTopics(specs.map((spec) => ({ ...spec, name: this.outer(spec.name) })));
  }

  async append(topic: string, records: readonly NewRecord[], options?: AppendOptions): Promise<readonly Position[]> {
    return (await this.log.append(this.outer(topic), records, options)).map((position) => this.inner(position));
  }

  subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { onRevoked } = options;
    return this.log.subscribe({
      ...options,
      topics: options.topics.map((topic) => this.outer(topic)),
      group: this.outer(options.group),
      start: async (partitions) => this.rename(await options.start(partitions.map((at) => this.inner(at))), (key) => this.outer(key)),
      handle: (batch) => options.handle(this.batch(batch)),
      ...(onRevoked === undefined
        ? {}
        : {
            onRevoked: (partitions) =>
              onRevoked.call(
                options,
                partitions.map((at) => this.inner(at)),
              ),
          }),
    });
  }

  async *read(range: ReadRange): AsyncIterable<StoredRecord> {
    for await (const record of this.log.read({ ...range, topic: this.outer(range.topic) })) yield this.inner(record);
  }

  async offsetsAt(topic: string, time: number): Promise<Positions> {
    return this.rename(await this.log.offsetsAt(this.outer(topic), time), (key) => this.stripped(key));
  }

  async bounds(topic: string): Promise<{ earliest: Positions; end: Positions }> {
    const { earliest, end } = await this.log.bounds(this.outer(topic));
    return { earliest: this.rename(earliest, (key) => this.stripped(key)), end: this.rename(end, (key) => this.stripped(key)) };
  }

  ping(): Promise<void> {
    return this.log.ping();
  }

  close(): Promise<void> {
    return this.log.close();
  }

  /** Every record of a topic, as far as it is written now. */
  async all(topic: string): Promise<StoredRecord[]> {
    const records: StoredRecord[] = [];
    for (const key of Object.keys((await this.bounds(topic)).end)) {
      const partition = Number(key.slice(key.lastIndexOf('/') + 1));
      for await (const record of this.read({ topic, partition })) records.push(record);
    }
    return records;
  }

  private outer(name: string): string {
    return this.prefix + name;
  }

  private stripped(name: string): string {
    return name.startsWith(this.prefix) ? name.slice(this.prefix.length) : name;
  }

  private inner<T extends { readonly topic: string }>(at: T): T {
    return { ...at, topic: this.stripped(at.topic) };
  }

  private batch(batch: Batch): Batch {
    return { ...this.inner(batch), records: batch.records.map((record) => this.inner(record)) };
  }

  private rename(positions: Positions, name: (key: string) => string): Positions {
    return Object.fromEntries(Object.entries(positions).map(([key, value]) => [name(key), value]));
  }
}
