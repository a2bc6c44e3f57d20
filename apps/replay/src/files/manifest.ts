import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJsonWith, positionsSchema, timestampSchema } from '#contracts';
import { canonicalJson } from './canonical-json.js';
import { RunFileFailure } from './run-file.failure.js';

export const MANIFEST_FILE = 'manifest.json';

const hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

/** Models of one side: version, and the SHA-256 of their own manifest, which names the hash of each of their files. */
export const sideSchema = z.object({
  models: z.record(z.string(), z.object({ version: z.string(), sha256: hex })),
  config: z.record(z.string(), z.unknown()),
  configHash: z.string(),
});

/**
 * Everything that a run's bytes depend on, and what came out. It holds no wall clock, path, parallelism or speed: the same run on another machine
 * has the same manifest.
 */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** Options as they were understood, defaults filled in. */
  options: z.record(z.string(), z.unknown()),
  source: z.object({ kind: z.enum(['log', 'archive', 'file']) }),
  range: z.object({ from: positionsSchema, to: positionsSchema, first: timestampSchema.nullable(), last: timestampSchema.nullable() }),
  counts: z.record(z.string(), z.int()),
  /** SHA-256 over topic, partition, offset, key and value of every record read, in partition and offset order. */
  streamHash: hex,
  /** `stateHash` after the last record. */
  stateHash: hex,
  a: sideSchema,
  b: sideSchema.optional(),
  /** SHA-256 over the built code of apps/replay and the libraries. */
  codeHash: hex,
  runtime: z.record(z.string(), z.string()),
  seed: z.int(),
  latePolicy: z.string(),
  /** File name -> SHA-256. */
  files: z.record(z.string(), hex),
});
export type Manifest = z.output<typeof manifestSchema>;

/** The bytes of a manifest's file: canonical, in lines for people. */
export const manifestText = (manifest: Manifest): string =>
  `${JSON.stringify(JSON.parse(canonicalJson(manifestSchema)(manifest)), null, 2)}\n`;

/** @throws {RunFileFailure} there is no such file, or it is no manifest of this format. */
export const readManifest = async (file: string): Promise<Manifest> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new RunFileFailure(`${file} can not be read: ${error instanceof Error ? error.message : String(error)}`, { file });
  });
  const parsed = parseJsonWith(manifestSchema, text);
  if (parsed.ok) return parsed.value;
  const problems = parsed.problems.map(({ field, rule }) => `${field} ${rule}`).join('; ');
  throw new RunFileFailure(`${file} is no manifest of a run: ${problems}`, { file });
};
