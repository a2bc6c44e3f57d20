import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { positionsSchema } from '#contracts';
import { canonicalJson } from '../files/canonical-json.js';
import { manifestSchema, sideSchema } from '../files/manifest.js';
import { notRankedSchema } from '../rerank/not-ranked.js';

const namedSchema = z.object({ encoder: z.string().nullable(), personal: z.string().nullable(), trending: z.string().nullable() });

/**
 * What exported rows depend on and what came out, as the manifest of a run says it: no clock, path or speed, so the same stretch gives the same bytes. It is a
 * `--positions` file too: the export can be made again from it.
 */
export const exportManifestSchema = z.object({
  format: z.literal(1),
  what: z.literal('point-in-time'),
  /** As they were understood, defaults filled in. */
  options: z.object({
    where: z.string().nullable(),
    sample: z.number().nullable(),
    seed: z.int(),
    outcomeHours: z.int(),
    unshown: z.int(),
    format: z.string(),
    model: z.string(),
  }),
  source: manifestSchema.shape.source,
  range: z.object({ from: positionsSchema, to: positionsSchema }),
  /** Rows, requests, and records read by topic. */
  counts: manifestSchema.shape.counts,
  /** Over the served records and interactions of the range: see `Manifest.streamHash`. */
  streamHash: manifestSchema.shape.streamHash,
  /** What features were computed with, by what the records name as having served them. */
  models: z.array(sideSchema.extend({ served: namedSchema, others: z.array(z.string()), requests: z.int() })),
  codeHash: manifestSchema.shape.codeHash,
  runtime: manifestSchema.shape.runtime,
  latePolicy: z.string(),
  /** Served records without rows: a few of each cause. Absent where there are none. */
  notRanked: z.array(notRankedSchema).optional(),
  /** File name -> SHA-256. */
  files: manifestSchema.shape.files,
});
export type ExportManifest = z.output<typeof exportManifestSchema>;

/** Beside the rows: `month.parquet.manifest.json`. */
export const exportManifestPath = (rows: string): string => `${rows}.manifest.json`;

/** Canonical, in lines for people. */
export const exportManifestText = (manifest: ExportManifest): string =>
  `${JSON.stringify(JSON.parse(canonicalJson(exportManifestSchema)(manifest)), null, 2)}\n`;

export const hashOfFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};
