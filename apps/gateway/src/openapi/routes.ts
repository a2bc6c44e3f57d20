import { z } from 'zod';
import { interactionInputSchema, paperIdSchema, targetsOf } from '#contracts';
import type { ProblemCode } from '../errors/catalogue.js';
import { stateContextSchema } from '../http/bodies.js';
import {
  dailyPapersParameters,
  forYouParameters,
  hubSearchParameters,
  latestParameters,
  searchParameters,
  similarParameters,
  trendingParameters,
} from '../http/parameters.js';
import { paperInputSchema } from '../interactions/publisher.js';
import {
  batchAnswerSchema,
  feedAnswerSchema,
  hubPaperSchema,
  hubRowSchema,
  paperAnswerSchema,
  singleAnswerSchema,
  stateAnswerSchema,
} from './answers.js';

export type Security = 'nobody' | 'anyone' | 'reader' | 'reader or client' | 'publisher';

export interface RouteAnswer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** `application/json` unless said. */
  readonly type?: string;
}

/** One operation of the API. The table is what /openapi.json, the 405 answers and the tests read. */
export interface RouteEntry {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As in the document; `{id}` of papers may hold slashes. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: 'feeds' | 'papers' | 'interactions' | 'hub' | 'pages';
  readonly summary: string;
  readonly security: Security;
  readonly parameters?: z.ZodObject;
  readonly pathParameters?: z.ZodObject;
  readonly body?: { readonly schema: z.ZodType; readonly required: boolean };
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  readonly problems: readonly ProblemCode[];
}

const id = z.object({ id: paperIdSchema.describe('Id or alias of a paper; its slashes may be sent raw or as %2F.') });
const feedProblems: readonly ProblemCode[] = [
  'PARAMETER_INVALID',
  'CURSOR_INVALID',
  'CURSOR_EXPIRED',
  'CURSOR_MISMATCH',
  'POSITION_INVALID',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'API_KEY_INVALID',
  'RATE_LIMITED',
  'OVERLOADED',
];
const writeProblems: readonly ProblemCode[] = [
  'AUTHENTICATION_REQUIRED',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'API_KEY_INVALID',
  'BODY_NOT_JSON',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'BODY_TOO_DEEP',
  'VALIDATION_FAILED',
  'RATE_LIMITED',
  'INTAKE_UNAVAILABLE',
  'OVERLOADED',
];
const feed: Readonly<Record<number, RouteAnswer>> = {
  200: { description: 'A page of the feed.', schema: feedAnswerSchema },
  304: { description: 'You have it already (If-None-Match).' },
};
const batch: Readonly<Record<number, RouteAnswer>> = {
  200: {
    description: 'One record: what became of it. A batch: nothing was refused.',
    schema: z.union([singleAnswerSchema, batchAnswerSchema]),
  },
  207: { description: 'Some were refused: a result per record.', schema: batchAnswerSchema },
};
const state = (name: string): Readonly<Record<number, RouteAnswer>> => ({ 200: { description: name, schema: stateAnswerSchema } });
const context = { schema: stateContextSchema, required: false };

const feeds: readonly RouteEntry[] = [
  {
    method: 'GET',
    path: '/v1/feeds/trending',
    operationId: 'trending',
    tag: 'feeds',
    summary: 'What readers vote for now. With a token, without the papers you hid.',
    security: 'anyone',
    parameters: trendingParameters,
    answers: feed,
    problems: feedProblems,
  },
  {
    method: 'GET',
    path: '/v1/feeds/latest',
    operationId: 'latest',
    tag: 'feeds',
    summary: 'The newest papers.',
    security: 'anyone',
    parameters: latestParameters,
    answers: feed,
    problems: feedProblems,
  },
  {
    method: 'GET',
    path: '/v1/feeds/for-you',
    operationId: 'forYou',
    tag: 'feeds',
    summary: 'Chosen for the reader of the token, with a reason for every paper.',
    security: 'reader',
    parameters: forYouParameters,
    answers: feed,
    problems: ['AUTHENTICATION_REQUIRED', ...feedProblems],
  },
];

const states: readonly RouteEntry[] = (['upvote', 'save', 'hide'] as const).flatMap((action): RouteEntry[] => [
  {
    method: 'PUT',
    path: `/v1/papers/{id}/${action}`,
    operationId: action,
    tag: 'interactions',
    summary: `Sets ${action} of a paper.`,
    security: 'reader',
    pathParameters: id,
    body: context,
    answers: state('Stored in the log.'),
    problems: ['PAPER_ID_INVALID', 'PAPER_UNKNOWN', 'POSITION_INVALID', ...writeProblems],
  },
  {
    method: 'DELETE',
    path: `/v1/papers/{id}/${action}`,
    operationId: `undo${action[0]?.toUpperCase()}${action.slice(1)}`,
    tag: 'interactions',
    summary: `Takes ${action} of a paper back.`,
    security: 'reader',
    pathParameters: id,
    body: context,
    answers: state('Stored in the log.'),
    problems: ['PAPER_ID_INVALID', 'PAPER_UNKNOWN', 'POSITION_INVALID', ...writeProblems],
  },
]);

const followed = z.object({
  kind: z.enum(targetsOf.follow),
  id: z.string().describe('Name of the author, topic or organization, or a reader reference.'),
});

const papers: readonly RouteEntry[] = [
  {
    method: 'GET',
    path: '/v1/papers',
    operationId: 'searchPapers',
    tag: 'papers',
    summary: 'Searches papers; without a query, lists the newest.',
    security: 'anyone',
    parameters: searchParameters,
    answers: feed,
    problems: feedProblems,
  },
  {
    method: 'GET',
    path: '/v1/papers/{id}',
    operationId: 'paper',
    tag: 'papers',
    summary: 'One paper, by id or alias.',
    security: 'anyone',
    pathParameters: id,
    answers: { 200: { description: 'The paper.', schema: paperAnswerSchema }, 304: { description: 'You have it already.' } },
    problems: ['PAPER_ID_INVALID', 'PAPER_UNKNOWN', 'RATE_LIMITED', 'OVERLOADED'],
  },
  {
    method: 'GET',
    path: '/v1/papers/{id}/similar',
    operationId: 'similar',
    tag: 'feeds',
    summary: 'Papers like this one.',
    security: 'anyone',
    pathParameters: id,
    parameters: similarParameters,
    answers: feed,
    problems: ['PAPER_ID_INVALID', 'PAPER_UNKNOWN', ...feedProblems],
  },
  {
    method: 'POST',
    path: '/v1/papers',
    operationId: 'publish',
    tag: 'papers',
    summary: 'Adds or replaces papers of a publisher: one, an array, or {papers: [...]}.',
    security: 'publisher',
    body: {
      schema: z.union([paperInputSchema, z.array(paperInputSchema), z.object({ papers: z.array(paperInputSchema) })]),
      required: true,
    },
    answers: { 201: { description: 'One paper, stored.', schema: singleAnswerSchema }, ...batch },
    problems: [...writeProblems, 'SCOPE_MISSING', 'PAPER_NOT_YOURS', 'BODY_MISSING', 'BATCH_TOO_LARGE', 'ALL_REFUSED', 'EVENT_TOO_LARGE'],
  },
  {
    method: 'DELETE',
    path: '/v1/papers/{id}',
    operationId: 'withdraw',
    tag: 'papers',
    summary: 'Withdraws a paper of the publisher.',
    security: 'publisher',
    pathParameters: id,
    answers: { 200: { description: 'Withdrawn.', schema: singleAnswerSchema } },
    problems: [
      'AUTHENTICATION_REQUIRED',
      'API_KEY_INVALID',
      'SCOPE_MISSING',
      'PAPER_ID_INVALID',
      'PAPER_UNKNOWN',
      'PAPER_NOT_YOURS',
      'INTAKE_UNAVAILABLE',
      'RATE_LIMITED',
      'OVERLOADED',
    ],
  },
];

const interactions: readonly RouteEntry[] = [
  {
    method: 'POST',
    path: '/v1/interactions',
    operationId: 'interact',
    tag: 'interactions',
    summary: 'What readers did: one event, an array, or {events: [...]} of up to 1000. A result per event.',
    security: 'reader or client',
    body: {
      schema: z.union([interactionInputSchema, z.array(interactionInputSchema), z.object({ events: z.array(interactionInputSchema) })]),
      required: true,
    },
    answers: batch,
    problems: [
      'POSITION_INVALID',
      ...writeProblems,
      'SCOPE_MISSING',
      'READER_MISMATCH',
      'READER_REQUIRED',
      'PAPER_UNKNOWN',
      'BODY_MISSING',
      'BATCH_TOO_LARGE',
      'ALL_REFUSED',
      'EVENT_TOO_LARGE',
    ],
  },
  {
    method: 'PUT',
    path: '/v1/follows/{kind}/{id}',
    operationId: 'follow',
    tag: 'interactions',
    summary: 'Follows an author, topic, organization or reader.',
    security: 'reader',
    pathParameters: followed,
    body: context,
    answers: state('Stored in the log.'),
    problems: ['PARAMETER_INVALID', 'POSITION_INVALID', ...writeProblems],
  },
  {
    method: 'DELETE',
    path: '/v1/follows/{kind}/{id}',
    operationId: 'unfollow',
    tag: 'interactions',
    summary: 'Follows no longer.',
    security: 'reader',
    pathParameters: followed,
    body: context,
    answers: state('Stored in the log.'),
    problems: ['PARAMETER_INVALID', 'POSITION_INVALID', ...writeProblems],
  },
];

const hubList: Readonly<Record<number, RouteAnswer>> = {
  200: { description: 'Rows; the Link header names the next page.', schema: z.array(hubRowSchema) },
  304: { description: 'You have it already.' },
};
const hub: readonly RouteEntry[] = [
  {
    method: 'GET',
    path: '/api/daily_papers',
    operationId: 'dailyPapers',
    tag: 'hub',
    summary: 'Daily papers, as the Hugging Face Hub lists them.',
    security: 'nobody',
    parameters: dailyPapersParameters,
    answers: hubList,
    problems: ['PARAMETER_INVALID', 'RATE_LIMITED', 'OVERLOADED'],
  },
  {
    method: 'GET',
    path: '/api/papers/search',
    operationId: 'hubSearch',
    tag: 'hub',
    summary: 'Search, as on the Hub.',
    security: 'nobody',
    parameters: hubSearchParameters,
    answers: hubList,
    problems: ['PARAMETER_INVALID', 'RATE_LIMITED', 'OVERLOADED'],
  },
  {
    method: 'GET',
    path: '/api/papers/{id}',
    operationId: 'hubPaper',
    tag: 'hub',
    summary: 'One paper, as on the Hub.',
    security: 'nobody',
    pathParameters: id,
    answers: { 200: { description: 'The paper.', schema: hubPaperSchema }, 304: { description: 'You have it already.' } },
    problems: ['PAPER_UNKNOWN', 'RATE_LIMITED', 'OVERLOADED'],
  },
  {
    method: 'GET',
    path: '/papers/{id}.md',
    operationId: 'hubMarkdown',
    tag: 'hub',
    summary: 'One paper as Markdown, as on the Hub.',
    security: 'nobody',
    pathParameters: id,
    answers: { 200: { description: 'Markdown.', type: 'text/markdown', schema: z.string() } },
    problems: ['PAPER_UNKNOWN', 'RATE_LIMITED', 'OVERLOADED'],
  },
];

const page = (path: string, operationId: string, summary: string, type: string): RouteEntry => ({
  method: 'GET',
  path,
  operationId,
  tag: 'pages',
  summary,
  security: 'nobody',
  answers: { 200: { description: summary, type, schema: z.string() } },
  problems: ['OVERLOADED'],
});
const pages: readonly RouteEntry[] = [
  page('/', 'frontPage', 'The front page.', 'text/html'),
  page('/openapi.json', 'openapi', 'This document.', 'application/json'),
  page('/docs', 'docs', 'This document, to read and try.', 'text/html'),
  {
    ...page('/docs/assets/{name}', 'docsAsset', 'Scripts and styles of /docs.', 'text/javascript'),
    pathParameters: z.object({ name: z.string() }),
    problems: ['ROUTE_UNKNOWN'],
  },
  page('/docs/errors', 'errorsPage', 'Every problem code and what it means.', 'text/html'),
];

export const routes: readonly RouteEntry[] = [...feeds, ...papers, ...states, ...interactions, ...hub, ...pages];
