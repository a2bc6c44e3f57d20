import { dataSchemas, eventTypes } from '#contracts';
import type { NewRecord } from '#event-log';
import { UNFOLDABLE } from '../fleet/unfoldable.js';

/** What can be wrong with a record, and how the archive and the ranker call it. */
export const poisons = {
  'broken JSON': { archive: 'RECORD_NOT_JSON', ranker: null },
  'JSON encoded twice': { archive: 'RECORD_ENCODED_TWICE', ranker: null },
  'schema-invalid': { archive: 'RECORD_INVALID', ranker: null },
  'unknown major version': { archive: 'RECORD_UNKNOWN_TYPE', ranker: null },
  /** The archive can not "fold" it either: the database refuses its row. */
  'fold that throws': { archive: 'ARCHIVE_REJECTED', ranker: 'FOLD_ERROR' },
} as const satisfies Record<string, { readonly archive: string; readonly ranker: string | null }>;

export type Poison = keyof typeof poisons;
export const poisonNames = Object.keys(poisons) as Poison[];

export interface EventFacts {
  readonly id: string;
  readonly readerRef: string;
  readonly paperId: string;
  readonly client: string;
}

const eventOf = ({ id, readerRef, paperId, client }: EventFacts) => {
  const now = new Date().toISOString();
  return {
    specversion: '1.0',
    id,
    source: 'urn:broadsheet:faults',
    type: eventTypes.interaction as string,
    time: now,
    recordedtime: now,
    datacontenttype: 'application/json',
    dataschema: dataSchemas.interaction,
    data: { action: 'open', target: { kind: 'paper', id: paperId }, readerRef, trust: 'server', client },
  };
};

/** The value of a record as a broken producer would write it. */
const spoilt = (facts: EventFacts, poison: Poison): string => {
  const event = eventOf(facts);
  switch (poison) {
    case 'broken JSON':
      return JSON.stringify(event).slice(0, -20);
    case 'JSON encoded twice':
      return JSON.stringify(JSON.stringify(event));
    case 'schema-invalid':
      return JSON.stringify({ ...event, data: { ...event.data, action: 'levitate' } });
    case 'unknown major version':
      return JSON.stringify({ ...event, type: event.type.replace(/\.v1$/, '.v2') });
    case 'fold that throws':
      return JSON.stringify({ ...event, data: { ...event.data, client: UNFOLDABLE } });
  }
};

/** A record of `interactions.v1`, as it would be appended by who does not go through intake. */
export const recordOf = (facts: EventFacts, poison: Poison | null): NewRecord => ({
  key: facts.readerRef,
  value: poison === null ? JSON.stringify(eventOf(facts)) : spoilt(facts, poison),
});
