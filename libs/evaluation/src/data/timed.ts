import { createHash } from 'node:crypto';
import { dataSchemas, eventTypes, interactionEventSchema, paperIdSchema, readerRefSchema } from '#contracts';
import type { Action, EpochMs, InteractionEvent, Paper, PaperId, ReaderRef } from '#contracts';

/** A paper as it became known at a moment; a later record of the same id replaces it. */
export interface TimedPaper {
  readonly at: EpochMs;
  readonly paper: Paper;
}

/**
 * What an event is to a judge. `choice`: the first time that this reader took up this paper, which a ranking can be judged by. `contact`: the reader had to do with it otherwise, so it is no longer new to them.
 * `vote`: somebody unknown for it. `other`: folded and no more.
 */
export type EventRole = 'choice' | 'contact' | 'vote' | 'other';

/** Something that a reader did at a moment. */
export interface TimedEvent {
  readonly at: EpochMs;
  readonly event: InteractionEvent;
  readonly role: EventRole;
  /** The paper it is about; null where it is about none. */
  readonly paper: PaperId | null;
  /** Whether it comes from a file of held-back rows. */
  readonly held: boolean;
}

/** A stream of papers and actions, each sorted by time, ties in the order of the files. */
export interface TimedData {
  readonly papers: readonly TimedPaper[];
  readonly events: readonly TimedEvent[];
  /** What was read how, for the report's protocol. */
  readonly reading: readonly string[];
}

/** The pseudonym of somebody whom the data names otherwise. */
export const readerRefOf = (name: string): ReaderRef =>
  readerRefSchema.parse(`r_${createHash('sha256').update(name).digest('base64url').slice(0, 32)}`);

export const paperIdOf = (prefix: string, id: string): PaperId => paperIdSchema.parse(`${prefix}:${id}`);

/** What somebody did, as our log would have taken it at that moment. `name` is distinct for distinct doings. */
export const happened = (
  name: string,
  at: EpochMs,
  reader: ReaderRef,
  action: Action,
  id: PaperId,
  { on, trust = 'server' }: { readonly on?: boolean; readonly trust?: 'server' | 'client' } = {},
): InteractionEvent => {
  const time = new Date(at).toISOString();
  return interactionEventSchema.parse({
    specversion: '1.0',
    id: createHash('sha256').update(name).digest('base64url').slice(0, 32),
    source: 'evaluation',
    type: eventTypes.interaction,
    time,
    recordedtime: time,
    dataschema: dataSchemas.interaction,
    data: { action, target: { kind: 'paper', id }, ...(on === undefined ? {} : { on }), readerRef: reader, trust },
  });
};

/** A number for a name, as if by chance and always the same: what happened at one moment is ordered by it, where the order of a file tells something that nobody knew then (ids of films ascend within a second). */
export const lotOf = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE();

export const byTime = <T extends { readonly at: EpochMs }>(happenings: readonly T[]): T[] => happenings.toSorted((a, b) => a.at - b.at);
