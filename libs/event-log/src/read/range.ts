import type { ReadRange } from '../event-log.js';
import { RangeGoneFailure, UnknownTopicFailure } from '../failures.js';

/**
 * The offsets to read, held to what the partition has.
 *
 * @throws {RangeGoneFailure} the range begins before the earliest kept record: an answer would silently have a hole
 * @throws {UnknownTopicFailure} there is no such partition
 */
export const rangeWithin = (
  { topic, partition, from, to }: ReadRange,
  bounds: { readonly earliest: bigint; readonly end: bigint } | undefined,
): { readonly from: bigint; readonly to: bigint } => {
  if (bounds === undefined) throw new UnknownTopicFailure(`${topic} has no partition ${partition}`, { topic, partition });
  const { earliest, end } = bounds;
  if (from !== undefined && from < earliest && from < (to ?? end)) {
    throw new RangeGoneFailure(`${topic}/${partition} begins at ${earliest} now, records from ${from} were asked for`, {
      topic,
      partition,
      from: String(from),
      earliest: String(earliest),
    });
  }
  return { from: from ?? earliest, to: to === undefined || to > end ? end : to };
};
