import { z } from 'zod';
import { paperIdSchema, reasonSchema, surfaceSchema, timestampSchema } from '#contracts';

/** What the API answers, for the OpenAPI document; tests hold real answers against these. */

export const paperCardSchema = z
  .strictObject({
    id: paperIdSchema,
    title: z.string().describe('Plain text: escape it before it goes into a page.'),
    abstract: z.string(),
    authors: z.array(z.string()).describe('The first 20; empty where the source gives a number only.'),
    authorCount: z.int(),
    organization: z.object({ name: z.string(), fullName: z.string().optional() }).nullable(),
    topics: z.array(z.string()),
    publishedAt: z.string().describe('Day or moment the paper itself appeared.'),
    listedOn: z.string().nullable().describe('Day of the feed.'),
    submitter: z.string().nullable(),
    source: z.string(),
    links: z.strictObject({
      self: z.string(),
      similar: z.string(),
      arxiv: z.string().optional(),
      code: z.string().optional(),
      project: z.string().optional(),
    }),
  })
  .meta({ id: 'PaperCard' });

export const feedItemSchema = z
  .strictObject({
    paper: paperCardSchema,
    score: z.number(),
    source: z.string().describe('The source that ranked it highest.'),
    sources: z.array(z.string()),
    reasons: z.array(reasonSchema).describe('Why it is there.'),
    propensity: z.number().describe('Probability of this paper in this slot; below 1 for explored slots.'),
    upvotes: z.int(),
    comments: z.int(),
    features: z.record(z.string(), z.number()).optional().describe('With explain.'),
    contributions: z.record(z.string(), z.number()).optional().describe('With explain; with baseline they add up to the score.'),
    baseline: z.number().optional(),
  })
  .meta({ id: 'FeedItem' });

export const feedAnswerSchema = z
  .strictObject({
    requestId: z.string(),
    surface: surfaceSchema,
    asOf: timestampSchema,
    model: z.object({ name: z.string(), version: z.string() }),
    arm: z.string().describe('Experiment arm.'),
    degraded: z.array(z.string()).describe('Parts that were skipped; empty when the answer is whole.'),
    items: z.array(feedItemSchema),
    nextCursor: z.string().nullable(),
    counts: z
      .object({ candidates: z.int(), dropped: z.record(z.string(), z.int()) })
      .optional()
      .describe('With explain.'),
  })
  .meta({ id: 'FeedAnswer' });

export const paperAnswerSchema = z
  .strictObject({
    id: paperIdSchema.describe('The canonical id, also when the paper was asked for by an alias.'),
    requestedId: paperIdSchema,
    upvotes: z.int(),
    comments: z.int(),
    paper: paperCardSchema,
  })
  .meta({ id: 'PaperAnswer' });

const errorSchema = z.object({ field: z.string(), rule: z.string(), value: z.string().optional() }).meta({ id: 'BrokenRule' });

/** What the sender of a record that was taken should know of it. */
const remarks = {
  adjusted: z
    .object({ field: z.string(), rule: z.string(), stored: z.string().describe('The value that the log has.') })
    .optional()
    .describe('Stored with another value in this field than was sent.'),
  late: z.boolean().optional().describe('In the log, and too old to count.'),
};

export const recordResultSchema = z
  .strictObject({
    index: z.int(),
    id: z.string(),
    status: z.enum(['accepted', 'duplicate', 'refused']),
    ...remarks,
    code: z.string().optional(),
    field: z.string().optional(),
    rule: z.string().optional(),
    value: z.string().optional(),
    retryable: z.boolean().optional(),
    errors: z.array(errorSchema).optional(),
  })
  .meta({ id: 'RecordResult' });

export const batchAnswerSchema = z
  .strictObject({ accepted: z.int(), duplicate: z.int(), refused: z.int(), results: z.array(recordResultSchema) })
  .meta({ id: 'BatchAnswer' });

export const singleAnswerSchema = z
  .strictObject({ id: z.string(), status: z.enum(['accepted', 'duplicate', 'withdrawn']), ...remarks })
  .meta({ id: 'RecordAnswer' });

export const stateAnswerSchema = z
  .strictObject({
    id: z.string().describe('Id of the event.'),
    status: z.enum(['accepted', 'duplicate']),
    ...remarks,
    action: z.string(),
    on: z.boolean(),
    target: z.object({ kind: z.string(), id: z.string() }),
  })
  .meta({ id: 'StateAnswer' });

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable; docs/errors.md lists them.'),
    requestId: z.string(),
    errors: z.array(errorSchema).optional(),
  })
  .meta({ id: 'Problem' });

const userSchema = z
  .object({ user: z.string(), name: z.string(), fullname: z.string(), avatarUrl: z.string(), isPro: z.boolean(), type: z.string() })
  .meta({ id: 'HubUser' });
const organizationSchema = z.object({ name: z.string(), fullname: z.string(), avatar: z.string() }).meta({ id: 'HubOrganization' });

export const hubPaperSchema = z
  .strictObject({
    id: paperIdSchema,
    authors: z.array(z.object({ name: z.string(), hidden: z.boolean() })),
    authorCount: z.int(),
    publishedAt: z.iso.datetime(),
    submittedOnDailyAt: z.iso.datetime(),
    title: z.string(),
    summary: z.string(),
    upvotes: z.int(),
    numComments: z.int(),
    ai_keywords: z.array(z.string()),
    submittedOnDailyBy: userSchema.optional(),
    organization: organizationSchema.optional(),
    githubRepo: z.string().optional(),
    githubStars: z.int().optional(),
    projectPage: z.string().optional(),
  })
  .meta({ id: 'HubPaper' });

export const hubRowSchema = z
  .strictObject({
    paper: hubPaperSchema,
    publishedAt: z.iso.datetime(),
    title: z.string(),
    summary: z.string(),
    numComments: z.int(),
    submittedBy: userSchema.optional(),
    organization: organizationSchema.optional(),
    isAuthorParticipating: z.boolean(),
  })
  .meta({ id: 'HubRow' });
