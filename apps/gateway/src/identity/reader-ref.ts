import { createHmac } from 'node:crypto';
import type { ReaderRef } from '#contracts';

/**
 * A reader's pseudonym: the same for one subject under one secret, and nothing that leads back without it. It is all that events,
 * the log and the ranker ever know of a reader.
 */
export const readerRefOf = (secret: string, subject: string): ReaderRef =>
  // The brand is earned here: base64url of 32 bytes has 43 characters.
  `r_${createHmac('sha256', secret).update(subject, 'utf8').digest('base64url')}` as ReaderRef;
