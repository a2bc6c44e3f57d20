import { feedServedSchema, parseJsonWith, positionKey, topics, type EpochMs, type FeedServed, type Positions } from '#contracts';
import type { StoredRecord } from '#event-log';
import { foldedPartitions } from '../fold/folded-partitions.js';
import type { RecordSource } from '../fold/record-source.js';
import type { AskedRequest } from './engine-types.js';
import { ServedPlaces, type OrderedPlaces, type ServedPlace } from './served-places.js';

export interface ServedIndexParts {
  readonly source: Pick<RecordSource, 'read'>;
  readonly range: { readonly from: Positions; readonly to: Positions };
  readonly keep: (request: AskedRequest) => boolean;
  /** Told of every record once, by partition and offset. */
  readonly seen: (record: StoredRecord) => void;
  readonly signal: AbortSignal;
}

const { name: topic, partitions } = topics.feedServed;

/** What a record of `feed.served.v1` says; null when it can not be read. */
export const readServed = ({ value }: Pick<StoredRecord, 'value'>): FeedServed | null => {
  if (value === null) return null;
  const parsed = parseJsonWith(feedServedSchema, value.toString('utf8'));
  return parsed.ok ? parsed.value : null;
};

/** Records below the positions, where offsets have no gaps. */
export const foldedUpTo = (positions: Positions): number => foldedPartitions.reduce((sum, { key }) => sum + Number(positions[key] ?? 0), 0);

const placeOf = ({ source, data }: FeedServed, { partition, offset }: StoredRecord): ServedPlace => ({
  requestId: data.requestId,
  at: Date.parse(data.asOf),
  source,
  folded: foldedUpTo(data.positions),
  partition,
  offset,
});

export const askedOf = (served: FeedServed): AskedRequest => ({
  requestId: served.data.requestId,
  at: Date.parse(served.data.asOf),
  surface: served.data.surface,
  readerRef: served.data.readerRef,
  arm: served.data.arm,
  served,
  chosen: null,
});

/** The kept requests of `feed.served.v1`: some 200 bytes each, so that what was served can be read again in the order of a replay. */
export class ServedIndex {
  readonly #places = new ServedPlaces();
  readonly #known = new Map<string, EpochMs>();
  /** How the records of the range ended. `repeated`: a second record of one request, of a gateway that asked twice. */
  readonly counts = { kept: 0, 'left-out': 0, repeated: 0, unreadable: 0 };

  /** Null when it was interrupted. */
  static async read(parts: ServedIndexParts): Promise<ServedIndex | null> {
    const index = new ServedIndex();
    for (let partition = 0; partition < partitions; partition += 1) {
      const key = positionKey(topic, partition);
      const [from, to] = [BigInt(parts.range.from[key] ?? 0), BigInt(parts.range.to[key] ?? 0)];
      if (from >= to) continue;
      for await (const chunk of parts.source.read(topic, partition, from, to)) {
        for (const record of chunk) index.#add(record, parts);
        if (parts.signal.aborted) return null;
      }
    }
    return index;
  }

  /** When each kept request was asked. */
  get asked(): ReadonlyMap<string, EpochMs> {
    return this.#known;
  }

  /** As each replica answered them: one replica's state only grew meanwhile, so one fold reaches them all in this order. */
  inChains(): OrderedPlaces {
    return this.#places.inChains();
  }

  inTime(): OrderedPlaces {
    return this.#places.inTime();
  }

  #add(record: StoredRecord, { keep, seen }: ServedIndexParts): void {
    seen(record);
    const served = readServed(record);
    if (served === null) this.counts.unreadable += 1;
    else if (!keep(askedOf(served))) this.counts['left-out'] += 1;
    else if (this.#known.has(served.data.requestId)) this.counts.repeated += 1;
    else {
      this.counts.kept += 1;
      const place = placeOf(served, record);
      this.#places.push(place);
      this.#known.set(place.requestId, place.at);
    }
  }
}
