import type { z } from 'zod';
import { interactionEventSchema, paperUpsertedSchema, type InteractionEvent } from './events.js';
import { ordinaryInteraction } from './ordinary-interaction.js';
import type { Paper } from './paper.js';
import { parseJsonWith, parseWith, type Parsed, type Problem } from './parsing.js';
import { asTaken } from './redrive.js';
import { paperIdSchema, type PaperId } from './scalars.js';
import { topics } from './topics.js';

/** What is needed of a record of the log to read it. */
export interface LogRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** When the log took it. */
  readonly timestamp: number;
}

/** What one record says, or why it says nothing that we can use. */
export type Decoded =
  /** `stamps`: when its source wrote it, and when we took it. */
  | { readonly kind: 'paper'; readonly paper: Paper; readonly stamps: { readonly time: string; readonly recordedtime: string } }
  | { readonly kind: 'withdrawal'; readonly paperId: PaperId }
  | { readonly kind: 'interaction'; readonly event: InteractionEvent }
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] };

const unreadable = (field: string, rule: string): Decoded => ({ kind: 'unreadable', problems: [{ field, rule }] });

/** The key decides the partition and, in a compacted topic, what replaces what: a record under a foreign key would break both. */
const underKey = (record: LogRecord, expected: string, decoded: Decoded): Decoded =>
  record.key === expected ? decoded : unreadable('key', 'must be the id that the value speaks of');

const decodeWithdrawal = (record: LogRecord): Decoded => {
  const parsed = parseWith(paperIdSchema, record.key);
  return parsed.ok ? { kind: 'withdrawal', paperId: parsed.value } : { kind: 'unreadable', problems: parsed.problems };
};

/** Strict: bytes that are not UTF-8 would be folded as other text than was written, and the archive refuses them as well. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @param quick what an ordinary value says, or null for the schema to be asked. */
const readJson = <S extends z.ZodType>(
  schema: S,
  value: Buffer,
  quick: (input: unknown) => z.output<S> | null = () => null,
): Parsed<z.output<S>> => {
  let text: string;
  try {
    text = utf8.decode(value);
  } catch {
    return { ok: false, problems: [{ field: '', rule: 'must be UTF-8' }] };
  }
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    return parseJsonWith(schema, text); // says what is wrong with it
  }
  const ordinary = quick(input);
  return ordinary === null ? parseWith(schema, input) : { ok: true, value: ordinary };
};

const decodePaper = (record: LogRecord): Decoded => {
  if (record.value === null) return decodeWithdrawal(record);
  const parsed = readJson(paperUpsertedSchema, record.value);
  if (!parsed.ok) return { kind: 'unreadable', problems: parsed.problems };
  const { data: paper, time, recordedtime } = parsed.value;
  return underKey(record, paper.id, { kind: 'paper', paper, stamps: { time, recordedtime } });
};

const decodeInteraction = (record: LogRecord): Decoded => {
  if (record.value === null) return unreadable('value', 'must not be null in a topic that is not compacted');
  const parsed = readJson(interactionEventSchema, record.value, ordinaryInteraction);
  if (!parsed.ok) return { kind: 'unreadable', problems: parsed.problems };
  return underKey(record, parsed.value.data.readerRef, { kind: 'interaction', event: asTaken(parsed.value, record) });
};

/** Reads a record of `papers.v1` or `interactions.v1`. Pure; never throws, whatever the bytes are. */
export const decodeRecord = (record: LogRecord): Decoded =>
  record.topic === topics.papers.name ? decodePaper(record) : decodeInteraction(record);

/** The topics that the state is a fold of. */
export const foldedTopics = [topics.papers.name, topics.interactions.name] as const;
