import { z } from 'zod';
import { interactionInputSchema } from './interaction.js';
import { paperSchema } from './paper.js';
import { paperIdSchema, readerRefSchema, traceparentSchema } from './scalars.js';

/** Nest message patterns of the ingest service (Nest TCP transport). */
export const intakePatterns = {
  interactions: 'intake.interactions',
  papers: 'intake.papers',
  withdraw: 'intake.withdraw',
  health: 'intake.health',
} as const;

/** Longest batch of `POST /v1/interactions`. */
export const MAX_BATCH = 1000;

/** The caller's span, when the message is traced; one that can not be read is passed over. */
const traceparent = traceparentSchema.optional().catch(undefined);

/** One checked interaction on its way from the gateway: who did it is decided by the gateway, never by the body. */
export const intakeInteractionSchema = z.object({
  input: interactionInputSchema.and(z.object({ id: z.string(), time: z.string() })),
  readerRef: readerRefSchema,
  trust: z.enum(['server', 'client']),
});

export const intakeInteractionsSchema = z.object({
  events: z.array(intakeInteractionSchema).min(1).max(MAX_BATCH),
  /** Milliseconds left of the caller's deadline when it sent this. */
  budgetMs: z.number().positive().max(60_000),
  traceparent,
});
export type IntakeInteractions = z.output<typeof intakeInteractionsSchema>;

export const intakePapersSchema = z.object({
  papers: z.array(paperSchema).min(1).max(MAX_BATCH),
  budgetMs: z.number().positive().max(60_000),
  traceparent,
});
export type IntakePapers = z.output<typeof intakePapersSchema>;

export const intakeWithdrawSchema = z.object({ paperId: paperIdSchema, budgetMs: z.number().positive().max(60_000), traceparent });
export type IntakeWithdraw = z.output<typeof intakeWithdrawSchema>;

/**
 * What became of each record, in the order they were sent. `accepted` = the log has it (acks=all) at that position;
 * `duplicate` = an event with this id was accepted before, or stands earlier in the same batch; `refused` = not
 * stored, with a stable code.
 */
export const intakeResultSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('accepted'),
    id: z.string(),
    topic: z.string(),
    partition: z.int(),
    offset: z.string(),
    /** A field that was stored otherwise than sent: a `time` that ran ahead of our clock. */
    adjusted: z.object({ field: z.string(), rule: z.string(), stored: z.string() }).optional(),
    /** It came more than 7 days after it happened: kept in the archive, left out of feeds. */
    late: z.boolean().optional(),
  }),
  z.object({
    status: z.literal('duplicate'),
    id: z.string(),
    /** The event stands at or before this position: a reader whose first answer was lost waits for it all the same. */
    upTo: z.object({ topic: z.string(), partition: z.int(), offset: z.string() }).optional(),
  }),
  z.object({ status: z.literal('refused'), id: z.string(), code: z.string(), field: z.string(), rule: z.string(), retryable: z.boolean() }),
]);
export type IntakeResult = z.output<typeof intakeResultSchema>;

export const intakeAnswerSchema = z.object({ results: z.array(intakeResultSchema) });
export type IntakeAnswer = z.output<typeof intakeAnswerSchema>;
