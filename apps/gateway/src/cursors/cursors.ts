import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { MAX_SLATE, paperIdSchema, parseJsonWith, type EpochMs, type PaperId } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';

/** The rest of one computed slate, so that later pages repeat and skip nothing however the feed moves on. */
export interface PinnedSlate {
  /** Which feed and reader it was computed for (`feedFingerprint`). */
  readonly feed: string;
  readonly rest: readonly PaperId[];
}

const contentSchema = z.object({ v: z.literal(1), f: z.string(), e: z.int(), r: z.array(paperIdSchema).max(MAX_SLATE) });

const MAC_BYTES = 16;
/** URLs are cut by proxies at about 8 KiB. A slate of the longest ids allowed would not fit, and then its tail is let go. */
export const MAX_CURSOR_CHARS = 6_000;
/** A slate is at most 200 ids of 128 characters; a deflated bomb is not. */
const MAX_INFLATED_BYTES = 64 * 1024;

/** Names a feed and its reader without revealing either. A cursor of one feed is refused on another. */
export const feedFingerprint = (parts: readonly (string | undefined)[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('base64url')
    .slice(0, 12);

/** Makes and reads cursors: deflated JSON behind a truncated HMAC-SHA256, so that a client can not invent a slate. */
export class Cursors {
  constructor(
    private readonly secret: string,
    private readonly ttlMs: number,
    private readonly now: () => EpochMs = Date.now,
  ) {}

  /** Number of the half life time that it is now. A cursor made within it is good for half its time at least, when it ends. */
  get halfLife(): number {
    return Math.floor(this.now() / (this.ttlMs / 2));
  }

  /** Undefined when nothing is left to page through. */
  encode({ feed, rest }: PinnedSlate): string | undefined {
    for (let ids = rest; ids.length > 0; ids = ids.slice(0, Math.floor(ids.length / 2))) {
      const body = deflateRawSync(JSON.stringify({ v: 1, f: feed, e: this.now() + this.ttlMs, r: ids }), { level: 1 });
      const cursor = Buffer.concat([this.mac(body), body]).toString('base64url');
      if (cursor.length <= MAX_CURSOR_CHARS) return cursor;
    }
    return undefined;
  }

  /** @throws {ProblemFailure} CURSOR_INVALID (broken or forged), CURSOR_EXPIRED or CURSOR_MISMATCH (another feed or reader). */
  decode(cursor: string, feed: string): readonly PaperId[] {
    const content = this.open(cursor);
    if (content.f !== feed) throw refused('CURSOR_MISMATCH', 'must come from this feed, with the same filters and reader', cursor);
    if (content.e < this.now()) throw refused('CURSOR_EXPIRED', 'must be younger: begin again without a cursor', cursor);
    return content.r;
  }

  private open(cursor: string): z.output<typeof contentSchema> {
    const bytes = /^[A-Za-z0-9_-]+$/.test(cursor) && cursor.length <= MAX_CURSOR_CHARS ? Buffer.from(cursor, 'base64url') : Buffer.alloc(0);
    const body = bytes.subarray(MAC_BYTES);
    // The signature is checked before anything is inflated: bytes of strangers never reach zlib.
    if (body.length === 0 || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), this.mac(body)))
      throw refused('CURSOR_INVALID', 'must be a cursor that we gave out', cursor);
    const parsed = parseJsonWith(contentSchema, inflateRawSync(body, { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8'));
    if (!parsed.ok) throw refused('CURSOR_INVALID', 'must be a cursor of this version', cursor);
    return parsed.value;
  }

  private mac(body: Buffer): Buffer {
    return createHmac('sha256', this.secret).update('cursor').update(body).digest().subarray(0, MAC_BYTES);
  }
}

const refused = (code: 'CURSOR_INVALID' | 'CURSOR_EXPIRED' | 'CURSOR_MISMATCH', rule: string, cursor: string): ProblemFailure =>
  new ProblemFailure(code, `cursor ${rule}`, { errors: [{ field: 'cursor', rule, value: cursor.slice(0, 40) }] });
