import {
  asTaken,
  eventTypes,
  interactionEventSchema,
  type Parsed,
  paperIdSchema,
  paperUpsertedSchema,
  parseWith,
  type Problem,
  topics,
} from '#contracts';
import type { StoredRecord } from '#event-log';
import type { z } from 'zod';
import type { ArchiveItem } from './archive.js';

/** Why a record can never be archived. Stable codes: dead letters are listed and redriven by them. */
export type RecordFault =
  | 'RECORD_EMPTY'
  | 'RECORD_NOT_JSON'
  | 'RECORD_ENCODED_TWICE'
  | 'RECORD_UNKNOWN_TYPE'
  | 'RECORD_INVALID'
  | 'RECORD_KEY_MISMATCH'
  | 'RECORD_UNKNOWN_TOPIC'
  | 'ARCHIVE_REJECTED';

export type ParsedRecord =
  { readonly ok: true; readonly item: ArchiveItem } | { readonly ok: false; readonly code: RecordFault; readonly message: string };

const fault = (code: RecordFault, message: string): ParsedRecord & { ok: false } => ({ ok: false, code, message });

const listed = (problems: readonly Problem[]): string =>
  problems
    .slice(0, 5)
    .map(({ field, rule }) => `${field === '' ? 'the record' : field} ${rule}`)
    .join('; ');

const utf8 = new TextDecoder('utf-8', { fatal: true });

type Json = { readonly ok: true; readonly value: unknown } | (ParsedRecord & { readonly ok: false });

const readJson = (value: Buffer): Json => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(value));
  } catch (error) {
    return fault('RECORD_NOT_JSON', error instanceof Error ? error.message : 'not JSON');
  }
  return typeof parsed === 'string'
    ? fault('RECORD_ENCODED_TWICE', 'the record is JSON text inside a JSON string')
    : { ok: true, value: parsed };
};

const typeOf = (value: unknown): unknown => (value === null || typeof value !== 'object' ? undefined : (value as { type?: unknown }).type);

/** Reads one event of a known type: unknown fields are dropped, everything that is read must be right. */
const readEvent = <S extends z.ZodType>(value: Buffer, type: string, schema: S): Parsed<z.output<S>> | (ParsedRecord & { ok: false }) => {
  const json = readJson(value);
  if (!json.ok) return json;
  const found = typeOf(json.value);
  if (found !== type && typeof found === 'string') return fault('RECORD_UNKNOWN_TYPE', `expected ${type}, found ${found.slice(0, 100)}`);
  return parseWith(schema, json.value);
};

const problemOf = (failed: { problems: readonly Problem[] } | (ParsedRecord & { ok: false })): ParsedRecord & { ok: false } =>
  'problems' in failed ? fault('RECORD_INVALID', listed(failed.problems)) : failed;

const parseInteraction = (record: StoredRecord): ParsedRecord => {
  if (record.value === null) return fault('RECORD_EMPTY', 'an interaction has no tombstones');
  const parsed = readEvent(record.value, eventTypes.interaction, interactionEventSchema);
  if (!parsed.ok) return problemOf(parsed);
  const event = asTaken(parsed.value, record);
  if (record.key !== event.data.readerRef) return fault('RECORD_KEY_MISMATCH', 'the key is not the reader of the event');
  return { ok: true, item: { kind: 'interaction', row: { event, partition: record.partition, offset: record.offset } } };
};

const parsePaper = (record: StoredRecord): ParsedRecord => {
  const key = paperIdSchema.safeParse(record.key);
  if (!key.success) return fault('RECORD_KEY_MISMATCH', 'the key is no paper id');
  const at = { id: key.data, partition: record.partition, offset: record.offset, timestamp: record.timestamp };
  if (record.value === null) return { ok: true, item: { kind: 'paper', change: { kind: 'withdrawn', ...at } } };
  const parsed = readEvent(record.value, eventTypes.paperUpserted, paperUpsertedSchema);
  if (!parsed.ok) return problemOf(parsed);
  if (parsed.value.data.id !== key.data) return fault('RECORD_KEY_MISMATCH', 'the key is not the id of the paper');
  return { ok: true, item: { kind: 'paper', change: { kind: 'upserted', ...at, event: parsed.value } } };
};

/** Strict on what it reads, tolerant of what it does not know. Never throws. */
export const parseRecord = (record: StoredRecord): ParsedRecord => {
  switch (record.topic) {
    case topics.interactions.name:
      return parseInteraction(record);
    case topics.papers.name:
      return parsePaper(record);
    default:
      return fault('RECORD_UNKNOWN_TOPIC', 'the archive knows no table for this topic');
  }
};
