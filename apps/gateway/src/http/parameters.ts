import { z } from 'zod';
import { paperIdSchema, parseWith, periodSchema } from '#contracts';
import { daysOfMonth, daysOfWeek, parseDay } from '../catalogue/calendar.js';
import { MAX_CURSOR_CHARS } from '../cursors/cursors.js';
import { parameterProblem } from '../errors/problem.failure.js';

/**
 * Query parameters of every route. They arrive as text; `.meta` says what they are in the OpenAPI document. Unknown parameters are
 * ignored, since proxies and trackers add their own.
 */

const whole = (min: number, max: number, fallback: number) => {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z
    .string(rule)
    .regex(/^\d{1,9}$/, rule)
    .transform(Number)
    .pipe(z.int(rule).min(min, rule).max(max, rule))
    .default(fallback)
    .meta({ openapi: { type: 'integer', minimum: min, maximum: max, default: fallback } });
};

const flag = z
  .enum(['true', 'false', '1', '0', ''], { error: 'must be true or false' })
  .transform((text) => text !== 'false' && text !== '0')
  .default(false)
  .meta({ openapi: { type: 'boolean', default: false } });

const MAX_EXCLUDE = 200;
/** `exclude=a,b` and `exclude=a&exclude=b` mean the same. No id has a comma. */
const excluded = z
  .union([z.string(), z.array(z.string())])
  .transform((value) =>
    [value]
      .flat()
      .flatMap((part) => part.split(','))
      .filter((part) => part !== ''),
  )
  .pipe(z.array(paperIdSchema).max(MAX_EXCLUDE, `must have at most ${MAX_EXCLUDE} ids`))
  .default([])
  .meta({ openapi: { type: 'string' } });

const text = (max: number) => z.string('must be given once').min(1, 'must not be empty').max(max, `must have at most ${max} characters`);

const paging = {
  limit: whole(1, 100, 25).describe('Items in one page.'),
  cursor: z
    .string('must be given once')
    .min(1, 'must not be empty')
    .max(MAX_CURSOR_CHARS, 'must be a cursor that we gave out')
    .optional()
    .describe('`nextCursor` of the page before.'),
};

const feed = {
  ...paging,
  exclude: excluded.describe('Ids to leave out, separated by commas.'),
  explain: flag.describe('Adds feature values, their contributions and drop counts.'),
};

const filters = {
  topic: text(100).optional().describe('Keep papers with this topic.'),
  org: text(200).optional().describe('Keep papers of this organization.'),
};

const period = periodSchema.default('day').describe('Window of the votes that count.');

export const trendingParameters = z.object({ period, ...filters, ...feed });
export const latestParameters = z.object({ ...filters, ...feed });
export const forYouParameters = z.object({ period, ...filters, ...feed });
export const similarParameters = z.object(feed);
export const searchParameters = z.object({
  query: text(500).optional().describe('Words to look for; without them the newest papers are listed.'),
  ...filters,
  ...feed,
});

const calendar = (parse: (text: string) => string[] | null, rule: string) =>
  z
    .string(rule)
    .transform((value, context): string[] => {
      const days = parse(value);
      if (days !== null) return days;
      context.addIssue({ code: 'custom', message: rule });
      return z.NEVER;
    })
    .optional()
    .meta({ openapi: { type: 'string' } });

const oneDay = (value: string): string[] | null => {
  const day = parseDay(value);
  return day === null ? null : [day];
};

export const dailyPapersParameters = z.object({
  p: whole(0, 100_000, 0).describe('Page, from 0.'),
  limit: whole(1, 100, 50).describe('Rows in one page.'),
  sort: z
    .enum(['publishedAt', 'trending'], { error: 'must be publishedAt or trending' })
    .default('publishedAt')
    .describe('Order of the rows.'),
  date: calendar(oneDay, 'must be a day such as 2025-10-28').describe('Day of the feed.'),
  week: calendar(daysOfWeek, 'must be an ISO week such as 2025-W09').describe('ISO week of the feed.'),
  month: calendar(daysOfMonth, 'must be a month such as 2025-02').describe('Month of the feed.'),
  submitter: text(200).optional().describe('Keep papers that this user submitted.'),
});

export const hubSearchParameters = z.object({
  q: z.string('must be given once').max(500, 'must have at most 500 characters').default('').describe('Words to look for.'),
  limit: whole(1, 120, 20).describe('Rows.'),
});

/** @throws {ProblemFailure} PARAMETER_INVALID naming every parameter that is wrong. */
export const parametersOf = <S extends z.ZodType>(schema: S, query: unknown): z.output<S> => {
  const parsed = parseWith(schema, query);
  if (!parsed.ok) throw parameterProblem(parsed.problems);
  return parsed.value;
};
