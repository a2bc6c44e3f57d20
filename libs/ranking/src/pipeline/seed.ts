import { createHash } from 'node:crypto';

/**
 * Seed of every random choice made for one request, in [0, 2^32): the first four bytes of SHA-256 of the request's id. The same
 * request gives the same seed for ever, on every replica and in replay.
 */
export const seedOf = (requestId: string): number => createHash('sha256').update(`seed\n${requestId}`).digest().readUInt32BE(0);
