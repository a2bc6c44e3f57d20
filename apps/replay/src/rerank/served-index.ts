import { feedServedSchema, parseJsonWith, positionKey, topics, type EpochMs, type FeedServed, type Positions } from '#contracts';
import type { StoredRecord } from '#event-log';
import { foldedPartitions } from '../fold/folded-partitions.js';
import type { RecordSource } from '../fold/record-source.js';
import type { AskedRequest } from './engine-types.js';
import { namedBy, NamedTally, type NamedCount } from './named-models.js';
import { NotRankedExamples, type NotRanked } from './not-ranked.js';
import { whyNotAskable } from './rebuilt-request.js';
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

const parsedServed = ({ value }: Pick<StoredRecord, 'value'>) => parseJsonWith(feedServedSchema, value?.toString('utf8') ?? '');

/** What a record of `feed.served.v1` says; null when it can not be read. */
export const readServed = (record: Pick<StoredRecord, 'value'>): FeedServed | null => {
  const parsed = parsedServed(record);
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
  readonly #notRanked = new NotRankedExamples();
  readonly #named = new NamedTally();
  /**
   * How the records of the range ended. `repeated`: a second record of one request, of a gateway that asked twice. `not-askable`: the request that it tells of breaks the
   * schema, so it can not be asked again.
   */
  readonly counts = { kept: 0, 'left-out': 0, repeated: 0, unreadable: 0, 'not-askable': 0 };

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

  /** Models that the kept requests name, the most frequent first. */
  get named(): readonly NamedCount[] {
    return this.#named.all;
  }

  /** How many records can not be ranked again, for a manifest: empty where all can. */
  get passedOver(): Readonly<Record<string, number>> {
    const { unreadable, 'not-askable': notAskable } = this.counts;
    return unreadable + notAskable === 0 ? {} : { notRanked: unreadable + notAskable };
  }

  /** Examples of the records that can not be ranked again. */
  get notRanked(): readonly NotRanked[] {
    return this.#notRanked.all;
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
    const parsed = parsedServed(record);
    if (!parsed.ok) {
      this.counts.unreadable += 1;
      this.#notRanked.add(record, 'unreadable', null, parsed.problems.map(({ field, rule }) => `${field} ${rule}`.trim()).join('; '));
    } else this.#addServed(record, parsed.value, keep);
  }

  #addServed(record: StoredRecord, served: FeedServed, keep: ServedIndexParts['keep']): void {
    const { requestId } = served.data;
    const why = whyNotAskable(served.data);
    if (!keep(askedOf(served))) this.counts['left-out'] += 1;
    else if (why !== null) {
      this.counts['not-askable'] += 1;
      this.#notRanked.add(record, 'not-askable', requestId, why);
    } else if (this.#known.has(requestId)) this.counts.repeated += 1;
    else {
      this.counts.kept += 1;
      const place = placeOf(served, record);
      this.#places.push(place);
      this.#known.set(place.requestId, place.at);
      this.#named.add(namedBy(served.data));
    }
  }
}
