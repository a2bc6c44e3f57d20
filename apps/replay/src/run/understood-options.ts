import { z } from 'zod';
import { positionsSchema } from '#contracts';

const moment = z.number().nullable();

/** What a manifest keeps of the options: everything that decides what is replayed and how, nothing of where or how fast. */
export const understoodOptionsSchema = z.object({
  range: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('all') }),
    z.object({ kind: z.literal('last'), ms: z.number() }),
    z.object({ kind: z.literal('event'), from: moment, to: moment }),
    z.object({ kind: z.literal('recorded'), from: moment, to: moment }),
    z.object({ kind: z.literal('positions'), from: positionsSchema, to: positionsSchema }),
  ]),
  where: z.string().nullable(),
  sample: z.number().nullable(),
  seed: z.int(),
  at: z.enum(['served', 'interactions', 'none']),
  asOf: z.string(),
  outcomeHours: z.number(),
  /** `cold`, or the hash of the state that the run began with: the same state can lie under another id or in another file. */
  state: z.string(),
  /** Next offsets of the folded topics where the fold began: what is before the range makes papers and histories, and has to be there to make the run again. */
  begins: positionsSchema,
});
export type UnderstoodOptions = z.output<typeof understoodOptionsSchema>;
