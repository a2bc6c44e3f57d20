import { positionKey, topics, type FeedServed, type Positions } from '#contracts';
import type { StoredRecord } from '#event-log';
import type { RecordSource } from '../fold/record-source.js';
import { readServed } from './served-index.js';
import type { ServedPlace } from './served-places.js';

/** Records read at once: a replay visits a partition nearly in its order. */
const WINDOW = 64n;
/** Requests are recorded when they are answered and visited as they were asked: some stand a little further back. */
const BACK = 8n;

interface Window {
  readonly from: bigint;
  readonly to: bigint;
  readonly records: ReadonlyMap<bigint, StoredRecord>;
}

/** Served records by their place, a window of each partition at a time. */
export class ServedRecords {
  readonly #windows = new Map<number, Window>();

  constructor(
    private readonly source: Pick<RecordSource, 'read'>,
    private readonly range: { readonly from: Positions; readonly to: Positions },
  ) {}

  /** @throws RangeError the source has no such record any more: it was there when the index was made. */
  async at({ partition, offset }: Pick<ServedPlace, 'partition' | 'offset'>): Promise<FeedServed> {
    let window = this.#windows.get(partition);
    if (window === undefined || offset < window.from || offset >= window.to) {
      window = await this.#read(partition, offset);
      this.#windows.set(partition, window);
    }
    const record = window.records.get(offset);
    const served = record === undefined ? null : readServed(record);
    if (served === null) throw new RangeError(`record ${offset} of ${topics.feedServed.name}/${partition} can not be read again`);
    return served;
  }

  async #read(partition: number, offset: bigint): Promise<Window> {
    const key = positionKey(topics.feedServed.name, partition);
    const from = larger(offset - BACK, BigInt(this.range.from[key] ?? 0));
    const to = smaller(offset + WINDOW, BigInt(this.range.to[key] ?? 0));
    const records = new Map<bigint, StoredRecord>();
    for await (const chunk of this.source.read(topics.feedServed.name, partition, from, to))
      for (const record of chunk) records.set(record.offset, record);
    return { from, to, records };
  }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
