import { type DeadLetterData } from '#contracts';
import { type EventLog, RangeGoneFailure, UnknownTopicFailure } from '#event-log';

/** The record as it was: what the letter carries, or what the log still has where the letter points to. */
export interface Original {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The parked record itself. A letter about a large record carries no bytes, so those are read from the log.
 * @returns null when retention or compaction has removed it.
 */
export const originalOf = async ({ original }: DeadLetterData, log: Pick<EventLog, 'read'>): Promise<Original | null> => {
  const { topic, partition, key, value, headers } = original;
  if (value !== null) return { key, value: Buffer.from(value, 'base64'), headers };
  const offset = BigInt(original.offset);
  try {
    for await (const record of log.read({ topic, partition, from: offset, to: offset + 1n })) {
      if (record.offset === offset) return record;
    }
  } catch (error) {
    if (!(error instanceof RangeGoneFailure || error instanceof UnknownTopicFailure)) throw error;
  }
  return null;
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value as text with the very same bytes, or null where it is no text. */
export const textOf = (value: Buffer): string | null => {
  try {
    return utf8.decode(value);
  } catch {
    return null;
  }
};
