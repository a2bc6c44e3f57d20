import { createHash } from 'node:crypto';
import {
  dataSchemas,
  type EpochMs,
  eventTypes,
  type InteractionData,
  type InteractionEvent,
  MAX_AHEAD_MS,
  MAX_RECORD_BYTES,
  type Paper,
  type PaperUpserted,
  type Problem,
} from '#contracts';
import type { NewRecord } from '#event-log';
import { unstorableText } from './unstorable-text.js';

/** A record that may be written, or why it may not. */
export type Sealed = { readonly ok: true; readonly record: NewRecord } | { readonly ok: false; readonly problem: Problem };

interface CloudEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly dataschema: string;
  readonly data: unknown;
}

/** CloudEvents in structured mode; the headers repeat what routers and people want to see without parsing. */
export const cloudEventHeaders = ({ id, type, time, dataschema }: Omit<CloudEvent, 'data'>): Record<string, string> => ({
  'content-type': 'application/cloudevents+json; charset=UTF-8',
  ce_id: id,
  ce_type: type,
  ce_time: time,
  ce_dataschema: dataschema,
});

/** Serialises an event under its key, unless it is over the size that a record may have or holds text that no store of ours keeps. */
export const seal = (key: string, event: CloudEvent): Sealed => {
  const value = JSON.stringify(event);
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_RECORD_BYTES)
    return { ok: false, problem: { field: '', rule: `must be at most ${MAX_RECORD_BYTES} bytes as a record, is ${bytes}` } };
  const field = unstorableText(value, event.data);
  if (field !== null) return { ok: false, problem: { field, rule: 'must not contain the character U+0000 or half of a surrogate pair' } };
  return { ok: true, record: { key, value, headers: cloudEventHeaders(event) } };
};

const isoTime = (time: EpochMs): string => new Date(time).toISOString();

/**
 * The client's time as it is stored: in UTC with milliseconds, and no later than ours when it runs more than five minutes
 * ahead (a clock that is wrong must not keep a vote fresh for days).
 */
export const correctedTime = (time: string, recorded: EpochMs): string => {
  const claimed = Date.parse(time);
  return isoTime(claimed - recorded > MAX_AHEAD_MS ? recorded : claimed);
};

export const interactionEvent = (id: string, time: string, data: InteractionData, recorded: EpochMs): InteractionEvent => ({
  specversion: '1.0',
  id,
  source: 'urn:broadsheet:intake',
  type: eventTypes.interaction,
  time: correctedTime(time, recorded),
  recordedtime: isoTime(recorded),
  datacontenttype: 'application/json',
  dataschema: dataSchemas.interaction,
  data,
});

/** The id is made from the paper: the same version loaded twice is the same event. */
const paperEventId = (paper: Paper): string => `paper-${createHash('sha256').update(JSON.stringify(paper)).digest('hex').slice(0, 32)}`;

export const paperEvent = (paper: Paper, recorded: EpochMs): PaperUpserted => ({
  specversion: '1.0',
  id: paperEventId(paper),
  source: 'urn:broadsheet:ingest',
  type: eventTypes.paperUpserted,
  time: isoTime(recorded),
  recordedtime: isoTime(recorded),
  datacontenttype: 'application/json',
  dataschema: dataSchemas.paperUpserted,
  subject: paper.id,
  data: paper,
});

/** A tombstone: the log forgets the paper, and every fold takes it out. */
export const withdrawal = (paperId: string): NewRecord => ({ key: paperId, value: null });
