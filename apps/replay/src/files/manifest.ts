import { z } from 'zod';
import { positionsSchema, timestampSchema } from '#contracts';

export const MANIFEST_FILE = 'manifest.json';

const hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

/** Models of one side: version and hash of each file that took part. */
const sideSchema = z.object({
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
