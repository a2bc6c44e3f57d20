import { z } from 'zod';
import { positionsSchema, timestampSchema } from '#contracts';

/** Beside the files of an exported stream: what each holds, and where in it to begin. */
export const INDEX_FILE = 'index.json';

/** Records that were compressed together: a reader can begin here. */
const blockSchema = z.object({
  /** Of its first record. */
  offset: z.string().regex(/^\d+$/),
  /** When the log took its first record; times never go back within a partition. */
  timestamp: z.int(),
  records: z.int().min(1),
  /** First byte of this block in the file, and how many there are. */
  at: z.int().min(0),
  bytes: z.int().min(1),
});
export type StreamBlock = z.output<typeof blockSchema>;

const partitionSchema = z.object({
  topic: z.string(),
  partition: z.int().min(0),
  /** Name of its file in this folder: NDJSON, gzipped block by block, so that any gzip tool reads it as one. */
  file: z.string().regex(/^[A-Za-z0-9._-]+$/),
  records: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  blocks: z.array(blockSchema).min(1),
});
export type StreamedPartition = z.output<typeof partitionSchema>;

/** `index.json`. Partitions without a record have positions and no file. */
export const streamIndexSchema = z.object({
  format: z.literal(1),
  from: positionsSchema,
  to: positionsSchema,
  /** Everything that the log took since then, up to `to`, is here; null when the export began at positions. */
  completeSince: timestampSchema.nullable(),
  /** When the log took the newest record; null without one. */
  newest: timestampSchema.nullable(),
  partitions: z.array(partitionSchema),
});
export type StreamIndex = z.output<typeof streamIndexSchema>;
