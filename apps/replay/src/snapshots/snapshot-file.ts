import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJsonWith, positionsSchema } from '#contracts';
import { packState, unpackState } from '#persistence';
import { canonicalJson } from '../files/canonical-json.js';
import { SnapshotUnusableFailure } from './snapshot.failure.js';

/** The first line of the file; the packed state follows. */
const headerSchema = z.object({
  format: z.literal('broadsheet-snapshot-1'),
  /** Next offsets: what is below them is in the state. */
  positions: positionsSchema,
  stateHash: z.string(),
  /** Name and version of the encoder that made the vectors. */
  encoder: z.string(),
  /** SHA-256 of the bytes that follow. */
  checksum: z.string(),
});

/** A state as it was stored, every byte checked. */
export interface StoredState {
  readonly positions: z.output<typeof positionsSchema>;
  readonly stateHash: string;
  /** What the state wrote of itself. */
  readonly bytes: Uint8Array;
}

const NEW_LINE = 0x0a;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Writes a state in one step. The same state gives the same bytes: the file tells nothing of when or where it was made. */
export const writeSnapshotFile = async (path: string, state: StoredState, encoder: string): Promise<number> => {
  const body = await packState(state.bytes);
  const { positions, stateHash } = state;
  const header = canonicalJson(headerSchema)({ format: 'broadsheet-snapshot-1', positions, stateHash, encoder, checksum: sha256(body) });
  const bytes = Buffer.concat([Buffer.from(`${header}\n`), body]);
  await writeFile(`${path}.unfinished`, bytes);
  await rename(`${path}.unfinished`, path);
  return bytes.length;
};

/** @throws {SnapshotUnusableFailure} the file can not be read, is of another kind, or was changed. */
export const readSnapshotFile = async (path: string): Promise<StoredState> => {
  const unusable = (why: string): SnapshotUnusableFailure => new SnapshotUnusableFailure(`${path}: ${why}`, { path });
  const file = await readFile(path).catch((error: unknown) => {
    throw unusable(error instanceof Error ? error.message : 'can not be read');
  });
  const end = file.indexOf(NEW_LINE);
  const header = parseJsonWith(headerSchema, file.toString('utf8', 0, Math.max(0, end)));
  if (!header.ok) throw unusable('is no snapshot that snapshot create wrote');
  const body = file.subarray(end + 1);
  if (sha256(body) !== header.value.checksum) throw unusable('does not match its checksum');
  const { positions, stateHash } = header.value;
  return { positions, stateHash, bytes: await unpackState(body) };
};
