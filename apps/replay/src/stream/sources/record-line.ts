import { z } from 'zod';
import type { StoredRecord } from '#event-log';

/** Not `z.record`, which drops the name `__proto__`: a header may be called anything. */
const isTexts = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((text) => typeof text === 'string');

/** One record of an exported stream as a line of JSON. `base64` instead of `value` where the bytes are no UTF-8. */
const lineSchema = z.object({
  offset: z.string().regex(/^\d+$/),
  timestamp: z.number(),
  key: z.string().nullable(),
  value: z.string().nullable().optional(),
  base64: z.string().optional(),
  headers: z.custom<Readonly<Record<string, string>>>(isTexts, 'must be texts by name'),
});

/** The same record gives the same line. */
export const lineOf = ({ offset, timestamp, key, value, headers }: StoredRecord): string =>
  JSON.stringify({ offset: offset.toString(), timestamp, key, ...valueFields(value), headers: sorted(headers) });

const valueFields = (value: Buffer | null): { value: string | null } | { base64: string } => {
  if (value === null) return { value: null };
  const text = value.toString('utf8');
  return Buffer.from(text, 'utf8').equals(value) ? { value: text } : { base64: value.toString('base64') };
};

const sorted = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)));

/** @throws SyntaxError or ZodError: the line is none of ours. */
export const recordOf = (topic: string, partition: number, line: string): StoredRecord => {
  const { offset, timestamp, key, value, base64, headers } = lineSchema.parse(JSON.parse(line));
  return {
    topic,
    partition,
    offset: BigInt(offset),
    timestamp,
    key,
    value: bytesOf(value, base64),
    headers,
  };
};

const bytesOf = (value: string | null | undefined, base64: string | undefined): Buffer | null => {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : null;
};
