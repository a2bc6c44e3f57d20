import { dataSchemas, eventTypes, type InteractionEvent } from './events.js';
import { actions, checkAction, type Action, type InteractionData } from './interaction.js';
import { isOrdinaryTimestamp } from './ordinary-timestamp.js';
import { idPatterns, surfaces, type PaperId, type ReaderRef, type Surface } from './scalars.js';

/** Fields that this file knows: with any other the schema is asked, so that a field which the schema learns is never lost here. */
export const ordinaryFields = {
  envelope: ['specversion', 'id', 'source', 'type', 'time', 'recordedtime', 'datacontenttype', 'dataschema', 'data'],
  data: ['action', 'target', 'on', 'value', 'sessionId', 'requestId', 'position', 'surface', 'client', 'readerRef', 'trust'],
} as const;

const envelopeFields: ReadonlySet<string> = new Set(ordinaryFields.envelope);
const dataFields: ReadonlySet<string> = new Set(ordinaryFields.data);
const actionNames: ReadonlySet<unknown> = new Set(actions);
const surfaceNames: ReadonlySet<unknown> = new Set(surfaces);

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const hasOnly = (fields: Fields, known: ReadonlySet<string>): boolean => {
  for (const name of Object.keys(fields)) if (!known.has(name)) return false;
  return true;
};

const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length >= 1 && value.length <= most;
const fits = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);

const isTextOrAbsent = (value: unknown, most: number): value is string | undefined => value === undefined || isText(value, most);
const fitsOrAbsent = (value: unknown, pattern: RegExp): value is string | undefined => value === undefined || fits(value, pattern);
const isPositionOrAbsent = (value: unknown): value is number | undefined =>
  value === undefined || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 10_000);
const isNumberOrAbsent = (value: unknown): value is number | undefined => value === undefined || Number.isFinite(value);
const isFlagOrAbsent = (value: unknown): value is boolean | undefined => value === undefined || typeof value === 'boolean';
const isSurfaceOrAbsent = (value: unknown): value is Surface | undefined => value === undefined || surfaceNames.has(value);

/** Only papers: everything else that can be pointed at is rare. */
const paperOf = (target: unknown): PaperId | null =>
  isObject(target) && target['kind'] === 'paper' && fits(target['id'], idPatterns.paper) ? (target['id'] as PaperId) : null;

const dataOf = (data: Fields): InteractionData | null => {
  const { action, on, value, sessionId, requestId, position, surface, client, readerRef, trust } = data;
  const paperId = paperOf(data['target']);
  if (paperId === null || !actionNames.has(action) || !fits(readerRef, idPatterns.reader)) return null;
  if (trust !== 'server' && trust !== 'client') return null;
  if (!isFlagOrAbsent(on) || !isNumberOrAbsent(value) || !isPositionOrAbsent(position) || !isSurfaceOrAbsent(surface)) return null;
  if (!isTextOrAbsent(sessionId, 64) || !isTextOrAbsent(client, 100) || !fitsOrAbsent(requestId, idPatterns.event)) return null;
  const read: InteractionData = {
    action: action as Action, // it is one of their names
    target: { kind: 'paper', id: paperId },
    readerRef: readerRef as ReaderRef, // it fits their pattern
    trust,
    ...(on === undefined ? undefined : { on }),
    ...(value === undefined ? undefined : { value }),
    ...(sessionId === undefined ? undefined : { sessionId }),
    ...(requestId === undefined ? undefined : { requestId }),
    ...(position === undefined ? undefined : { position }),
    ...(surface === undefined ? undefined : { surface }),
    ...(client === undefined ? undefined : { client }),
  };
  return keepsRules(read) ? read : null;
};

const keepsRules = (data: InteractionData): boolean => {
  let broken = false;
  checkAction(data, () => (broken = true));
  return !broken;
};

/**
 * The event of an interaction with a paper as our own code writes it, or null for everything that has to be asked of `interactionEventSchema`: whatever is
 * answered here is what the schema answers (a property test holds the two together), at a fifth of the cost. A log is mostly made of these.
 */
export const ordinaryInteraction = (input: unknown): InteractionEvent | null => {
  if (!isObject(input) || input['specversion'] !== '1.0' || input['type'] !== eventTypes.interaction) return null;
  const { id, source, time, recordedtime, dataschema, data } = input;
  if (dataschema !== dataSchemas.interaction || input['datacontenttype'] !== 'application/json') return null;
  if (!fits(id, idPatterns.event) || !isText(source, 200) || !isOrdinaryTimestamp(time) || !isOrdinaryTimestamp(recordedtime)) return null;
  if (!isObject(data) || !hasOnly(input, envelopeFields) || !hasOnly(data, dataFields)) return null;
  const read = dataOf(data);
  if (read === null) return null;
  return {
    specversion: '1.0',
    id,
    source,
    type: eventTypes.interaction,
    time,
    recordedtime,
    datacontenttype: 'application/json',
    dataschema,
    data: read,
  };
};
