import { z } from 'zod';
import { actions, eventIdSchema, paperIdSchema, readerRefSchema, surfaceSchema, timestampSchema } from '#contracts';
import { notRankedSchema } from '../rerank/not-ranked.js';

/**
 * The files of a run directory. All are NDJSON in a fixed order with fixed key order, so that the same run gives the same bytes.
 * `manifest.json` (see manifest.ts) names them with their SHA-256.
 */
export const runFiles = {
  /** One line a re-ranked request, by (at, requestId). */
  slates: 'slates.ndjson',
  /** What readers did on those requests, by (requestId, at, paperId, action). */
  outcomes: 'outcomes.ndjson',
  /** Papers that any slate or outcome names, by paperId. */
  papers: 'papers.ndjson',
  /** The most upvoted of the day at each full hour of the replayed stretch, by at. */
  trends: 'trends.ndjson',
  /** Upvotes of papers by their age, by paperId. */
  accrual: 'accrual.ndjson',
  /** One object: counts, lateness, positions of the replayed stream. */
  stream: 'stream.json',
} as const;

const modelSchema = z.object({ name: z.string(), version: z.string() });

export const replayedSlotSchema = z.object({
  paperId: paperIdSchema,
  score: z.number(),
  propensity: z.number(),
  source: z.string(),
});
export type ReplayedSlot = z.output<typeof replayedSlotSchema>;

/** What one model (side) answers at the moment of the request. */
export const replayedSlateSchema = z.object({
  model: modelSchema,
  configHash: z.string(),
  degraded: z.array(z.string()),
  /** Candidates before filters, and dropped by filter. */
  candidates: z.int(),
  dropped: z.record(z.string(), z.int()),
  /** In order, as many as were served (or asked for). */
  slots: z.array(replayedSlotSchema),
  /** Prequential only: place of `chosen` (from 0) in the whole ranking of this side, null when it was no candidate. */
  place: z.int().nullable().optional(),
});
export type ReplayedSlate = z.output<typeof replayedSlateSchema>;

export const servedSlateSchema = z.object({
  model: modelSchema,
  configHash: z.string(),
  degraded: z.array(z.string()),
  slots: z.array(replayedSlotSchema.extend({ features: z.array(z.number()).optional() })),
});
export type ServedSlate = z.output<typeof servedSlateSchema>;

export const replayedRequestSchema = z.object({
  requestId: eventIdSchema,
  /** The moment it was answered at. */
  at: timestampSchema,
  surface: surfaceSchema,
  /** Absent for anonymous readers. */
  readerRef: readerRefSchema.optional(),
  arm: z.string(),
  /** Papers that the reader had done something with by then: the activity slices of an evaluation. */
  history: z.int(),
  /** What was served live; absent at `--at interactions`. */
  served: servedSlateSchema.optional(),
  /** Prequential only: what the reader chose at this moment. */
  chosen: z.object({ paperId: paperIdSchema, action: z.enum(actions) }).optional(),
  a: replayedSlateSchema,
  /** With a second model or configuration. */
  b: replayedSlateSchema.optional(),
  /** Against the served record, side a: whether features (where logged) and order are the same, and if not, why. */
  same: z.object({ features: z.boolean().nullable(), order: z.boolean(), cause: z.string().nullable() }).optional(),
});
export type ReplayedRequest = z.output<typeof replayedRequestSchema>;

export const outcomeSchema = z.object({
  requestId: eventIdSchema,
  paperId: paperIdSchema,
  action: z.enum(actions),
  at: timestampSchema,
  on: z.boolean().optional(),
  value: z.number().optional(),
  position: z.int().optional(),
});
export type Outcome = z.output<typeof outcomeSchema>;

export const replayedPaperSchema = z.object({
  paperId: paperIdSchema,
  title: z.string(),
  /** When its age begins: listed, else published, else first seen in the log. */
  since: timestampSchema,
  topics: z.array(z.string()),
  organization: z.string().optional(),
});
export type ReplayedPaper = z.output<typeof replayedPaperSchema>;

export const trendSchema = z.object({
  at: timestampSchema,
  top: z.array(z.object({ paperId: paperIdSchema, upvotes: z.int(), score: z.number() })),
});
export type Trend = z.output<typeof trendSchema>;

/** Upvotes (net, distinct trusted readers) that a paper had when it was so many hours old; `upvotes[i]` at `accrualHours[i]`, null beyond the end of the stretch. */
export const accrualHours = [1, 2, 4, 8, 16, 24, 48, 96, 168] as const;
export const accrualSchema = z.object({ paperId: paperIdSchema, upvotes: z.array(z.int().nullable()) });
export type Accrual = z.output<typeof accrualSchema>;

/** Upper borders of the lateness histogram in seconds; one more bucket holds what is later. */
export const latenessBorders = [1, 5, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800] as const;
export const streamSummarySchema = z.object({
  /** Records by topic, and within it by outcome of the fold. */
  records: z.record(z.string(), z.record(z.string(), z.int())),
  actions: z.record(z.string(), z.int()),
  /** Interactions by `recordedtime - time`: counts up to each of `latenessBorders` seconds, then the rest. */
  lateness: z.array(z.int()),
  /** Outcomes by logged position: impressions, and engagements (open, outbound, upvote, save, comment). */
  positions: z.array(z.object({ position: z.int(), impressions: z.int(), engagements: z.int() })),
  /** Interactions by hour of event time, `2026-11-24T16`. */
  hours: z.record(z.string(), z.int()),
  /** Served records that could not be ranked again: a few of each cause; all are counted in `records`. Absent where there are none. */
  notRanked: z.array(notRankedSchema).optional(),
});
export type StreamSummary = z.output<typeof streamSummarySchema>;
