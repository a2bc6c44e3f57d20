import { z } from 'zod';
import { eventIdSchema, paperIdSchema, readerRefSchema, surfaceSchema, timestampSchema, traceparentSchema } from './scalars.js';

/** Nest message patterns of the ranker service (Nest TCP transport). */
export const rankPatterns = { rank: 'rank', health: 'rank.health' } as const;

export const periods = ['day', 'week', 'month', 'all'] as const;
export const periodSchema = z.enum(periods, { error: `must be one of ${periods.join(', ')}` });
export type Period = z.output<typeof periodSchema>;

/** Longest slate that is computed, pinned in a cursor and paged through. */
export const MAX_SLATE = 200;

/** `topic/partition` -> next offset to read. Offsets are decimal strings: they outgrow a JavaScript number. */
export const positionsSchema = z.record(z.string(), z.string().regex(/^\d+$/));
export type Positions = Readonly<Record<string, string>>;
export const positionKey = (topic: string, partition: number): string => `${topic}/${partition}`;

export const rankRequestSchema = z.object({
  requestId: eventIdSchema,
  surface: surfaceSchema,
  readerRef: readerRefSchema.optional(),
  period: periodSchema.default('day'),
  topic: z.string().max(300).optional(),
  org: z.string().max(300).optional(),
  /** For `similar`: the paper to start from. */
  paperId: paperIdSchema.optional(),
  /** For `search`. */
  query: z.string().max(500).optional(),
  /** How many items to answer now. */
  limit: z.int().min(1).max(MAX_SLATE),
  /** Papers that the caller does not want. */
  exclude: z.array(paperIdSchema).max(1000).default([]),
  /** The rest of a slate that an earlier page pinned: keep this order, answer the first `limit` of them that may still be shown. */
  pinned: z.array(paperIdSchema).max(MAX_SLATE).optional(),
  explain: z.boolean().default(false),
  /** Absent means true. False for look-ups that no reader will see (live counts, whole slates to sort by): they leave no `feed.served` record. */
  shown: z.boolean().optional(),
  /** The reader's own last writes: answer only after these positions are folded, or say `degraded: ["behind"]`. */
  after: positionsSchema.optional(),
  /** Milliseconds left of the caller's deadline when it sent this. Work past it is dropped. */
  budgetMs: z.number().positive().max(60_000),
  /** The caller's span, when the request is traced. Says nothing about the answer; one that can not be read is passed over. */
  traceparent: traceparentSchema.optional().catch(undefined),
});
export type RankRequest = z.output<typeof rankRequestSchema>;

/** Why an item is there, in plain words for readers (`text`) and in a closed set for machines (`kind`). */
export const reasonSchema = z.object({ kind: z.string().max(40), text: z.string().max(300), paperId: paperIdSchema.optional() });
export type Reason = z.output<typeof reasonSchema>;

export const rankedItemSchema = z.object({
  paperId: paperIdSchema,
  score: z.number(),
  /** The source that ranked it highest, and every source that proposed it. */
  source: z.string(),
  sources: z.array(z.string()),
  reasons: z.array(reasonSchema),
  propensity: z.number().gt(0).max(1),
  /** Distinct readers of ours that upvote it now, plus what its source showed; comments likewise. */
  upvotes: z.int().min(0),
  comments: z.int().min(0),
  /** With `explain`: feature name -> value, and -> contribution to the score (they add up to `score - baseline`). */
  features: z.record(z.string(), z.number()).optional(),
  contributions: z.record(z.string(), z.number()).optional(),
  baseline: z.number().optional(),
});
export type RankedItem = z.output<typeof rankedItemSchema>;

export const rankAnswerSchema = z.object({
  requestId: eventIdSchema,
  asOf: timestampSchema,
  model: z.object({ name: z.string(), version: z.string() }),
  arm: z.string(),
  /** Names of the stages or sources that were skipped; empty when the answer is whole. */
  degraded: z.array(z.string()),
  items: z.array(rankedItemSchema),
  /** Ids of the pinned slate after `items`, for the cursor. */
  rest: z.array(paperIdSchema),
  /** Candidates found, and dropped by each filter, for `explain` and metrics. */
  counts: z.object({ candidates: z.int(), dropped: z.record(z.string(), z.int()) }),
});
export type RankAnswer = z.output<typeof rankAnswerSchema>;

/** Refusals of the ranker, as answered over the wire. `retryable` tells the gateway whether another replica may do better. */
export const rankRefusalSchema = z.object({ refused: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }) });
export type RankRefusal = z.output<typeof rankRefusalSchema>;

export const rankHealthSchema = z.object({
  ready: z.boolean(),
  replica: z.string(),
  lagSeconds: z.number(),
  inFlight: z.int(),
  models: z.record(z.string(), z.string()),
});
export type RankHealth = z.output<typeof rankHealthSchema>;
