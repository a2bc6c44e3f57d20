import { z } from 'zod';
import { daySchema, paperIdSchema, timestampSchema } from './scalars.js';

const text = (max: number, min = 0) =>
  z
    .string()
    .min(min, min === 1 ? 'must not be empty' : `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`);
const count = z.int('must be a whole number').min(0, 'must not be negative');
/** A link shown to readers: http(s) only, so that a stored `javascript:` URL can never reach a page. */
const link = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2048, 'must have at most 2048 characters');

export const organizationSchema = z.object({ name: text(200, 1), fullName: text(300).optional() });
export type Organization = z.output<typeof organizationSchema>;

/**
 * A paper as the log carries it: the whole paper in every record, never a delta.
 *
 * Only `id` and `title` are required, since sources differ; text is plain (no markup is interpreted anywhere).
 * `authorCount` is kept apart from `authors` because some sources give a number and no names.
 * `upvotes` and `comments` are what the *source* showed at `countsAsOf`; votes of our own readers are counted from
 * `interactions.v1` and never written here.
 */
export const paperSchema = z.object({
  id: paperIdSchema,
  title: text(1000, 1),
  abstract: text(20_000).default(''),
  authors: z.array(text(300, 1)).max(5000, 'must have at most 5000 authors').default([]),
  authorCount: count.optional(),
  /** Day the paper itself appeared (not the day of a feed). */
  publishedAt: daySchema.or(timestampSchema),
  /** Day it was put on a feed such as Daily Papers. */
  listedOn: daySchema.optional(),
  submittedAt: timestampSchema.optional(),
  submitter: text(200, 1).optional(),
  organization: organizationSchema.optional(),
  /** Subjects: source keywords or categories such as `cs.CL`, at most 40. */
  topics: z.array(text(100, 1)).max(40, 'must have at most 40 topics').default([]),
  githubRepo: link.optional(),
  githubStars: count.optional(),
  projectPage: link.optional(),
  upvotes: count.default(0),
  comments: count.default(0),
  countsAsOf: timestampSchema.optional(),
  /** Other ids of the same paper (arXiv id of a seed entry, DOI). Look-ups by an alias answer this paper. */
  aliases: z.array(paperIdSchema).max(20, 'must have at most 20 aliases').default([]),
  /** Ids of papers that this one cites, where the source knows. */
  cites: z.array(paperIdSchema).max(2000, 'must have at most 2000 citations').default([]),
  /** Which connector or publisher gave it, e.g. `seed`, `jsonl`, `hub`, `arxiv`, `publisher:acme`. */
  source: text(100, 1),
});
export type Paper = z.output<typeof paperSchema>;
/** A paper before defaults are filled in. */
export type PaperInput = z.input<typeof paperSchema>;
