import { createHash } from 'node:crypto';
import { dataSchemas, eventTypes, MAX_RECORD_BYTES, type EpochMs, type FeedServed, type FeedServedData } from '#contracts';
import type { NewRecord } from '#event-log';

/** One id a request: a gateway that asked two replicas, or retried, leaves records that collapse into one. */
const servedId = (requestId: string): string => `served-${createHash('sha256').update(requestId).digest('base64url').slice(0, 32)}`;

const withoutFeatures = (data: FeedServedData): FeedServedData => ({
  ...data,
  slots: data.slots.map(({ features: _sampled, ...slot }) => slot),
});

/** Long lists of ids become their length: such a record no longer replays the request exactly, and says so. */
const withoutLists = (data: FeedServedData): FeedServedData => {
  const { exclude, pinned, ...query } = data.query;
  const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
  return { ...data, query: { ...query, cut: { exclude: lengthOf(exclude), pinned: lengthOf(pinned) } } };
};

/** What is given up, in this order, to fit the log's limit on a record: the answer itself always stays. */
const shrinks: readonly ((data: FeedServedData) => FeedServedData)[] = [(data) => data, withoutFeatures, withoutLists];

const eventOf = (data: FeedServedData, at: EpochMs, source: string): FeedServed => ({
  specversion: '1.0',
  id: servedId(data.requestId),
  source,
  type: eventTypes.feedServed,
  time: new Date(at).toISOString(),
  recordedtime: new Date(at).toISOString(),
  datacontenttype: 'application/json',
  dataschema: dataSchemas.feedServed,
  data,
});

/**
 * The record of one answer for `feed.served.v1`: keyed by reader, or by request for the shared feeds of anonymous readers, and
 * never over 64 KiB. `traceparent`: the span of the answer, when it was traced; it goes to the headers alone. Out: null when even the barest form is too large (200 slots of the longest ids do not reach half of it).
 */
export const servedRecord = (data: FeedServedData, at: EpochMs, source: string, traceparent?: string): NewRecord | null => {
  let rest = data;
  for (const shrink of shrinks) {
    rest = shrink(rest);
    const event = eventOf(rest, at, source);
    const value = JSON.stringify(event);
    if (Buffer.byteLength(value) <= MAX_RECORD_BYTES) {
      return {
        key: data.readerRef ?? data.requestId,
        value,
        headers: {
          ce_id: event.id,
          ce_type: event.type,
          ce_time: event.time,
          ce_dataschema: event.dataschema,
          ...(traceparent === undefined ? {} : { traceparent }),
        },
      };
    }
  }
  return null;
};
