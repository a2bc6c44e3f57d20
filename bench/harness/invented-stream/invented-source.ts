import { dataSchemas, eventTypes, positionKey, topics, type EpochMs, type InteractionEvent, type Positions } from '#contracts';
import { partitionOf, type StoredRecord } from '#event-log';
import { seededRandom } from '#ranking';
import { StreamSource, streamedTopics, type StreamBounds } from '../../../apps/replay/src/stream/stream.js';
import { INVENTED_NOW, InventedLog } from '../invented-log.js';
import { RequestBook, type AskedRequest } from './request-book.js';

const DAY = 86_400_000;
const CHUNK = 500;
/** Papers were listed before the first event. */
const PAPERS_AT = INVENTED_NOW - 61 * DAY;
/** Every fifth event of a reader is an engagement, as on the live page. */
const ENGAGED_SHARE = 0.2;
const SLOTS = 20;
const OUTCOME_MS = DAY;

export interface InventedSizes {
  readonly papers: number;
  readonly readers: number;
  readonly interactions: number;
  readonly requests: number;
  readonly replicas: number;
  readonly seed: number;
}

const iso = (at: EpochMs): string => new Date(at).toISOString();

/** Every `times[i] < at`, of sorted times. */
const countBefore = (times: Float64Array, at: EpochMs): number => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * A stream of any size as a source: papers, what readers did, and answers that replicas served, each naming the positions that had been reached. Nothing of it is
 * held but the times of events; a partition is invented when it is read, always the same.
 */
export class InventedSource extends StreamSource {
  override readonly kind = 'file';
  readonly #log: InventedLog;
  readonly #book: RequestBook;
  /** Readers by the partition of their events. */
  readonly #readersOf: number[][] = Array.from({ length: topics.interactions.partitions }, () => []);
  readonly #papersOf: number[][] = Array.from({ length: topics.papers.partitions }, () => []);
  readonly #times: Float64Array[];

  constructor(private readonly sizes: InventedSizes) {
    super();
    this.#log = new InventedLog(sizes.papers, sizes.readers, sizes.seed);
    this.#book = new RequestBook(sizes.requests, sizes.readers, sizes.replicas);
    for (let reader = 0; reader < sizes.readers; reader++)
      this.#readersOf[partitionOf(this.#log.refOf(reader), topics.interactions.partitions)]!.push(reader);
    for (let paper = 0; paper < sizes.papers; paper++)
      this.#papersOf[partitionOf(this.#log.idOf(paper), topics.papers.partitions)]!.push(paper);
    this.#times = this.#readersOf.map((_, partition) => Float64Array.from(this.eventsOf(partition), ({ time }) => Date.parse(time)));
  }

  override now(): EpochMs {
    return INVENTED_NOW;
  }

  override bounds(): Promise<StreamBounds> {
    const end: Record<string, string> = {};
    for (const { name, partitions } of streamedTopics)
      for (let partition = 0; partition < partitions; partition++)
        end[positionKey(name, partition)] = String(this.countOf(name, partition));
    return Promise.resolve({ earliest: Object.fromEntries(Object.keys(end).map((key) => [key, '0'])), end });
  }

  override offsetsAt(): Promise<Positions> {
    return Promise.reject(new Error('an invented stream is read whole'));
  }

  override async *read(topic: string, partition: number): AsyncGenerator<readonly StoredRecord[]> {
    let chunk: StoredRecord[] = [];
    let offset = 0n;
    for (const { key, at, value } of this.valuesOf(topic, partition)) {
      chunk.push({ topic, partition, offset, key, value: Buffer.from(JSON.stringify(value)), headers: {}, timestamp: at });
      offset += 1n;
      if (chunk.length < CHUNK) continue;
      yield await Promise.resolve(chunk);
      chunk = [];
    }
    if (chunk.length > 0) yield chunk;
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  private countOf(topic: string, partition: number): number {
    if (topic === topics.papers.name) return this.#papersOf[partition]!.length;
    if (topic === topics.interactions.name) return this.#times[partition]!.length;
    return this.#readersOf[partition]!.reduce((sum, reader) => sum + [...this.#book.of(reader)].length, 0);
  }

  private *valuesOf(topic: string, partition: number): Generator<{ key: string; at: EpochMs; value: object }> {
    if (topic === topics.papers.name) for (const paper of this.#papersOf[partition]!) yield this.paper(paper);
    else if (topic === topics.interactions.name)
      for (const event of this.eventsOf(partition)) yield { key: event.data.readerRef, at: Date.parse(event.recordedtime), value: event };
    else
      for (const request of this.requestsOf(partition))
        yield { key: this.#log.refOf(request.reader), at: request.at, value: this.served(request) };
  }

  private paper(number: number) {
    const data = new InventedLog(this.sizes.papers, this.sizes.readers, number).paper(number);
    return {
      key: data.id,
      at: PAPERS_AT,
      value: envelope(eventTypes.paperUpserted, dataSchemas.paperUpserted, `invented-paper-${number}`, PAPERS_AT, data),
    };
  }

  /** Events of a partition in the order of time, as they came in. */
  private eventsOf(partition: number): InteractionEvent[] {
    const events = this.#readersOf[partition]!.flatMap((reader) => this.eventsOfReader(reader));
    return events.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.id < b.id ? -1 : 1));
  }

  /** What a reader did; within a day after a request of theirs, on the answer to it. */
  private eventsOfReader(reader: number): InteractionEvent[] {
    const { interactions, readers, seed } = this.sizes;
    const count = Math.floor(interactions / readers) + (reader < interactions % readers ? 1 : 0);
    const engaged = Math.round(count * ENGAGED_SHARE);
    const requests = [...this.#book.of(reader)];
    const random = seededRandom(seed * 1_000_003 + reader);
    return [...this.#log.eventsOf(reader, engaged, count - engaged, random)].map((event, number) => {
      const at = Date.parse(event.time);
      const request = requests.findLast((each) => each.at <= at && at < each.at + OUTCOME_MS);
      const more = request === undefined ? {} : { requestId: request.id, position: number % SLOTS, surface: 'for-you' as const };
      return { ...event, data: { ...event.data, ...more } };
    });
  }

  private requestsOf(partition: number): AskedRequest[] {
    return this.#readersOf
      [partition]!.flatMap((reader) => [...this.#book.of(reader)])
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  private served({ id, reader, at, replica }: AskedRequest): object {
    const slots = Array.from({ length: SLOTS }, (_, place) => ({
      paperId: this.#log.idOf((reader * 31 + place * 17) % this.sizes.papers),
      score: 1 - place / SLOTS,
      propensity: place % 10 === 6 ? 0.02 : 1,
      source: place % 10 === 6 ? 'exploration' : 'trending',
      reasons: [],
    }));
    const data = {
      requestId: id,
      surface: 'for-you',
      readerRef: this.#log.refOf(reader),
      model: { name: 'personal', version: '20260101-abcdef0' },
      arm: 'control',
      configHash: 'invented',
      asOf: iso(at),
      positions: this.positionsAt(at),
      seed: reader,
      query: { period: 'day', limit: SLOTS },
      degraded: [],
      slots,
    };
    return envelope(eventTypes.feedServed, dataSchemas.feedServed, `served-${id}`, at, data, `/ranker/replica-${replica}`);
  }

  private positionsAt(at: EpochMs): Positions {
    const papers = this.#papersOf.map((list, partition) => [positionKey(topics.papers.name, partition), String(list.length)]);
    const interactions = this.#times.map((times, partition) => [
      positionKey(topics.interactions.name, partition),
      String(countBefore(times, at)),
    ]);
    return Object.fromEntries([...papers, ...interactions]) as Positions;
  }
}

const envelope = (type: string, dataschema: string, id: string, at: EpochMs, data: object, source = '/invented'): object => ({
  specversion: '1.0',
  id,
  source,
  type,
  time: iso(at),
  recordedtime: iso(at),
  datacontenttype: 'application/json',
  dataschema,
  data,
});
