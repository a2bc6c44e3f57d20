import type { StoredRecord } from '#event-log';
import { offsetAt, partitionsOf, type PartitionPlace, type StreamRange, type StreamSource } from './stream.js';

export interface Walk {
  readonly source: Pick<StreamSource, 'read'>;
  readonly range: StreamRange;
  readonly signal: AbortSignal;
  /** @param total offsets in the range; there may be fewer records */
  progress?(done: number, total: number): void;
}

/** Every record of a range, partition by partition in the order of `partitionsOf`. Out: false when it was interrupted. */
export const walkStream = async (
  { source, range, signal, progress }: Walk,
  begin: (place: PartitionPlace) => (record: StoredRecord) => void,
): Promise<boolean> => {
  const places = partitionsOf(range.to);
  const total = places.reduce((sum, { key }) => sum + Number(offsetAt(range.to, key) - offsetAt(range.from, key)), 0);
  let done = 0;
  for (const place of places) {
    const visit = begin(place);
    for await (const chunk of source.read(place.topic, place.partition, offsetAt(range.from, place.key), offsetAt(range.to, place.key))) {
      if (signal.aborted) return false;
      for (const record of chunk) visit(record);
      done += chunk.length;
      progress?.(done, total);
    }
  }
  return !signal.aborted;
};
