import { z } from 'zod';
import { positionsSchema } from '#contracts';
import { manifestSchema, sideSchema } from '../files/manifest.js';

/**
 * A run as it was decided on before its first record: all that a worker needs, and all that `--resume` must not decide again (what `--last 7d` or
 * `newest` mean changes while a run goes on). It stands in the unfinished directory.
 */
export const runPlanSchema = z.object({
  format: z.literal(1),
  /** As they stand in the manifest. */
  options: manifestSchema.shape.options,
  /** In the manifest only its kind counts: the same stream can lie in another folder. */
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('log') }),
    z.object({ kind: z.literal('archive') }),
    z.object({ kind: z.literal('file'), folder: z.string() }),
  ]),
  /** What was typed, in one spelling, for `--resume` to be held to; null for a run that is made again from a manifest. */
  typed: z.string().nullable(),
  range: z.object({ from: positionsSchema, to: positionsSchema }),
  modelsDir: z.string(),
  a: sideSchema,
  b: sideSchema.optional(),
  /** `cold`, or where the snapshot is: its id in the database, or the path of a file. */
  state: z.string(),
  parallel: z.int().min(1),
  codeHash: manifestSchema.shape.codeHash,
  /** The manifest whose run this is to be, byte for byte. */
  again: manifestSchema.optional(),
});
export type RunPlan = z.output<typeof runPlanSchema>;
