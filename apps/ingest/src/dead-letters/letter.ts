import { type DeadLetter, deadLetterSchema, parseJsonWith } from '#contracts';
import type { StoredRecord } from '#event-log';
import type { ParkedRecord } from '#persistence';

/** One dead letter, and where in `dead-letters.v1` it stands. */
export interface Letter {
  readonly event: DeadLetter;
  readonly partition: number;
  readonly offset: bigint;
}

/** Null for a record that is no dead letter: another writer's, or one of the future. */
export const letterOf = ({ value, partition, offset }: StoredRecord): Letter | null => {
  const parsed = parseJsonWith(deadLetterSchema, value?.toString() ?? '');
  return parsed.ok ? { event: parsed.value, partition, offset } : null;
};

/** What was parked, and by whom. Several letters may say the same: from replicas, and from restarts. */
export const parkedOf = ({ event: { data } }: Letter): ParkedRecord => ({
  consumer: data.consumer,
  topic: data.original.topic,
  partition: data.original.partition,
  offset: BigInt(data.original.offset),
});

/** `interactions.v1/3/17`: where the parked record stands. */
export const placeOf = ({ topic, partition, offset }: Omit<ParkedRecord, 'consumer'>): string => `${topic}/${partition}/${offset}`;

/** The same for all letters about one record by one consumer. */
export const parkedKey = (parked: ParkedRecord): string => `${parked.consumer} ${placeOf(parked)}`;

/** Which letters an operator means. All that is given has to fit. */
export interface LetterFilter {
  /** Error code. */
  readonly code?: string;
  /** Topic of the parked record. */
  readonly topic?: string;
  readonly consumer?: string;
  /** Id of the letter, or place of the parked record. */
  readonly name?: string;
  /** Parked at or after this time, in ms since 1970. */
  readonly since?: number;
}

const is = (wanted: string | undefined, found: string): boolean => wanted === undefined || wanted === found;

export const fits = ({ code, topic, consumer, name, since }: LetterFilter, letter: Letter): boolean => {
  const { id, recordedtime, data } = letter.event;
  return (
    is(code, data.code) &&
    is(topic, data.original.topic) &&
    is(consumer, data.consumer) &&
    (name === undefined || name === id || name === placeOf(parkedOf(letter))) &&
    (since === undefined || Date.parse(recordedtime) >= since)
  );
};
