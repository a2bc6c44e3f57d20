import { z } from 'zod';
import { interactionDataSchema } from './interaction.js';
import { paperSchema } from './paper.js';
import { eventIdSchema, paperIdSchema, readerRefSchema, surfaceSchema, timestampSchema } from './scalars.js';

/** CloudEvents 1.0 in structured JSON, one event a record. `recordedtime` is our clock when the log took it. */
const envelope = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.object({
    specversion: z.literal('1.0'),
    id: eventIdSchema,
    source: z.string().min(1).max(200),
    type: z.literal(type),
    /** The client's clock; set to `recordedtime` where it ran more than 5 minutes ahead of it. */
    time: timestampSchema,
    recordedtime: timestampSchema,
    datacontenttype: z.literal('application/json').default('application/json'),
    dataschema: z.string().max(300),
    subject: z.string().max(300).optional(),
    data,
  });

export const eventTypes = {
  paperUpserted: 'org.broadsheet.paper.upserted.v1',
  interaction: 'org.broadsheet.interaction.v1',
  feedServed: 'org.broadsheet.feed.served.v1',
  deadLetter: 'org.broadsheet.dead-letter.v1',
} as const;

/** Version path of the JSON Schema of each type: `schemas/<name>.json` in this library. */
export const dataSchemas = {
  paperUpserted: 'urn:broadsheet:schema:paper:1',
  interaction: 'urn:broadsheet:schema:interaction:1',
  feedServed: 'urn:broadsheet:schema:feed-served:1',
  deadLetter: 'urn:broadsheet:schema:dead-letter:1',
} as const;

export const paperUpsertedSchema = envelope(eventTypes.paperUpserted, paperSchema);
export type PaperUpserted = z.output<typeof paperUpsertedSchema>;

export const interactionEventSchema = envelope(eventTypes.interaction, interactionDataSchema);
export type InteractionEvent = z.output<typeof interactionEventSchema>;

export const servedSlotSchema = z.object({
  paperId: paperIdSchema,
  score: z.number(),
  /** Probability that this paper was put in this slot by the exploration policy; 1 when the slot is deterministic. */
  propensity: z.number().gt(0).max(1),
  source: z.string().max(40),
  reasons: z.array(z.string().max(40)).max(8),
  /** Feature values in the model's order; present for sampled requests only. */
  features: z.array(z.number()).max(256).optional(),
});

export const feedServedDataSchema = z.object({
  requestId: eventIdSchema,
  surface: surfaceSchema,
  /** Absent for the shared feeds of anonymous readers. */
  readerRef: readerRefSchema.optional(),
  model: z.object({ name: z.string().max(60), version: z.string().max(60) }),
  /** Versions of all models and of the encoder that the replica had then, by name: what a replay needs beside `model`, which made the scores. */
  models: z.record(z.string().max(60), z.string().max(60)).optional(),
  arm: z.string().max(60),
  configHash: z.string().max(64),
  /** The fold's time and log positions that the answer was computed at: `topic/partition` -> next offset. */
  asOf: timestampSchema,
  positions: z.record(z.string(), z.string().regex(/^\d+$/)),
  seed: z.int().min(0),
  query: z.record(z.string(), z.unknown()),
  degraded: z.array(z.string().max(60)),
  slots: z.array(servedSlotSchema).max(500),
});
export type FeedServedData = z.output<typeof feedServedDataSchema>;

export const feedServedSchema = envelope(eventTypes.feedServed, feedServedDataSchema);
export type FeedServed = z.output<typeof feedServedSchema>;

/** A record that can never be folded: the bytes as they were (base64), where they stood, and why they were parked. */
export const deadLetterDataSchema = z.object({
  original: z.object({
    topic: z.string(),
    partition: z.int().min(0),
    offset: z.string().regex(/^\d+$/),
    timestamp: timestampSchema,
    key: z.string().nullable(),
    value: z.string().nullable(),
    headers: z.record(z.string(), z.string()),
  }),
  consumer: z.string().max(100),
  code: z.string().max(60),
  message: z.string().max(2000),
  attempts: z.int().min(1),
});
export type DeadLetterData = z.output<typeof deadLetterDataSchema>;

export const deadLetterSchema = envelope(eventTypes.deadLetter, deadLetterDataSchema);
export type DeadLetter = z.output<typeof deadLetterSchema>;
