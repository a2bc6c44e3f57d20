import { z } from 'zod';

/** Milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = number;

/** What ids look like; the schemas below say so in words. */
export const idPatterns = {
  paper: /^[A-Za-z0-9][A-Za-z0-9._:()/-]{0,127}$/,
  reader: /^r_[A-Za-z0-9_-]{22,43}$/,
  event: /^[A-Za-z0-9._:-]{8,64}$/,
} as const;

/**
 * A paper's id: an arXiv id (`2310.01234`, old style `cs/0112017`), a DOI, or a publisher's own. Printable ASCII without
 * white space, quotes, angle brackets, backslashes or URL delimiters, so that it is safe in keys, logs and (encoded) paths.
 */
export const paperIdSchema = z
  .string()
  .regex(idPatterns.paper, 'must be 1 to 128 of A-Z a-z 0-9 . _ : ( ) / - and begin with a letter or digit')
  .brand<'PaperId'>();
export type PaperId = z.output<typeof paperIdSchema>;

/** A reader's pseudonym: `r_` and 22 to 43 characters of base64url (an HMAC of the subject of the token). */
export const readerRefSchema = z
  .string()
  .regex(idPatterns.reader, 'must be r_ followed by 22 to 43 base64url characters')
  .brand<'ReaderRef'>();
export type ReaderRef = z.output<typeof readerRefSchema>;

/** An event's or request's id, made once by whoever saw the event and reused on every retry. */
export const eventIdSchema = z.string().regex(idPatterns.event, 'must be 8 to 64 of A-Z a-z 0-9 . _ : -');

/** W3C Trace Context: where the span stands that a message is a part of. Only recorded spans are sent along. */
export const traceparentSchema = z
  .string()
  .regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/, 'must be a W3C traceparent of version 00');

/** RFC 3339 with offset, e.g. `2025-10-28T09:30:00.000Z`. */
export const timestampSchema = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 date-time such as 2025-10-28T09:30:00Z' });

/** A calendar day, `2025-10-28`. */
export const daySchema = z.iso.date({ error: 'must be a day such as 2025-10-28' });

/** Feeds and surfaces a slate can be served on. */
export const surfaces = ['trending', 'latest', 'for-you', 'similar', 'search'] as const;
export const surfaceSchema = z.enum(surfaces, { error: `must be one of ${surfaces.join(', ')}` });
export type Surface = z.output<typeof surfaceSchema>;
