import { XMLParser } from 'fast-xml-parser';
import { isObject, type Json } from '../source-values.js';

/** One record of a page, its metadata as parsed XML; `null` for a deleted record. */
export interface OaiRecord {
  readonly identifier: string;
  readonly datestamp: string;
  readonly metadata: Json | null;
}

export type OaiResponse =
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  | {
      readonly kind: 'page';
      readonly records: readonly OaiRecord[];
      /** Null on the last page. */
      readonly token: string | null;
      /** Size of the whole list and place of this page in it, where the server tells. */
      readonly size: number | null;
      readonly cursor: number | null;
    };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => name === 'record' || name === 'author' || name === 'error',
});

/** Text of an element, with or without attributes. */
export const elementText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  const inner = isObject(value) ? value['#text'] : undefined;
  return typeof inner === 'string' ? inner : undefined;
};

const number = (value: unknown): number | null => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : null);

const recordOf = (record: unknown): OaiRecord[] => {
  const header = isObject(record) ? record['header'] : undefined;
  if (!isObject(record) || !isObject(header)) return [];
  const metadata = record['metadata'];
  const arXiv = isObject(metadata) ? metadata['arXiv'] : undefined;
  const isDeleted = header['@status'] === 'deleted';
  return [
    {
      identifier: elementText(header['identifier']) ?? '',
      datestamp: elementText(header['datestamp']) ?? '',
      metadata: isDeleted ? null : isObject(arXiv) ? arXiv : {},
    },
  ];
};

/** Reads one answer of ListRecords. @throws an Error when it is no whole OAI-PMH document (cut off, an HTML page). */
export const readOaiResponse = (xml: string): OaiResponse => {
  // The parser makes what it can of a document that was cut off; its last tag tells.
  if (!xml.trimEnd().endsWith('</OAI-PMH>')) throw new Error('expected a whole OAI-PMH document');
  const document: unknown = parser.parse(xml);
  const root = isObject(document) ? document['OAI-PMH'] : undefined;
  if (!isObject(root)) throw new Error('expected an OAI-PMH document');
  const [error] = Array.isArray(root['error']) ? (root['error'] as unknown[]) : [];
  if (error !== undefined) {
    const code = isObject(error) && typeof error['@code'] === 'string' ? error['@code'] : 'unknown';
    return { kind: 'error', code, message: elementText(error) ?? '' };
  }
  // An element without children is parsed as empty text.
  const list = root['ListRecords'] === '' ? {} : root['ListRecords'];
  if (!isObject(list)) throw new Error('expected ListRecords');
  const token = list['resumptionToken'];
  const attributes = isObject(token) ? token : {};
  return {
    kind: 'page',
    records: Array.isArray(list['record']) ? list['record'].flatMap(recordOf) : [],
    token: elementText(token)?.trim() || null,
    size: number(attributes['@completeListSize']),
    cursor: number(attributes['@cursor']),
  };
};
