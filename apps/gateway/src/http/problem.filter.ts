import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { renderValue } from '#contracts';
import type { Logger } from '#telemetry';
import type { ProblemCode } from '../errors/catalogue.js';
import { hubErrorMessage, problemJson } from '../errors/problem-json.js';
import { ProblemFailure, routeUnknown } from '../errors/problem.failure.js';
import { MAX_HEADER_BYTES, MAX_URL_CHARS, REQUEST_TIMEOUT_MS } from '../limits/bounds.js';
import { MAX_BODY_BYTES } from '../limits/json-body.js';
import { rawPathOf } from './raw-path.js';

/** Methods that a path takes, from the route table; empty for a path that is nobody's. */
export type MethodsOf = (path: string) => readonly string[];

/** What a refusal is about. */
export type Refused = Pick<FastifyRequest, 'method' | 'url' | 'headers'>;

/** What the framework's own refusals mean in our words. */
const frameworkProblems: Readonly<Record<number, (request: Refused) => ProblemFailure>> = {
  408: () => broken('REQUEST_TIMEOUT', 'request', `must arrive within ${REQUEST_TIMEOUT_MS / 1000} s`),
  413: ({ headers }) => {
    const bytes = headers['content-length'];
    return broken(
      'BODY_TOO_LARGE',
      'body',
      `must have at most ${MAX_BODY_BYTES} bytes`,
      bytes === undefined ? undefined : `${bytes} bytes`,
    );
  },
  414: ({ url }) => broken('URI_TOO_LONG', 'url', `must have at most ${MAX_URL_CHARS} characters`, `${url.length} characters`),
  415: ({ headers }) => broken('MEDIA_TYPE_UNSUPPORTED', 'Content-Type', 'must be application/json', renderValue(headers['content-type'])),
  431: () => broken('HEADERS_TOO_LARGE', 'headers', `must have at most ${MAX_HEADER_BYTES} bytes together`),
};

/** A problem of the request with one thing wrong. */
export const broken = (code: ProblemCode, field: string, rule: string, value?: string): ProblemFailure =>
  new ProblemFailure(code, `${field} ${rule}`, { errors: [{ field, rule, ...(value === undefined ? {} : { value }) }] });

const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  const status = error !== null && typeof error === 'object' && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
};

/** Turns whatever was thrown into the one form that all errors have. */
export const problemOf = (error: unknown, request: Refused, methodsOf: MethodsOf): ProblemFailure => {
  if (error instanceof ProblemFailure) return error;
  const status = statusOf(error) ?? 500;
  if (status === 404) return unrouted(request, methodsOf);
  const known = frameworkProblems[status];
  if (known !== undefined) return known(request);
  if (status >= 400 && status < 500) return malformed(error, request);
  // The cause goes to the log, never to the caller.
  return new ProblemFailure('INTERNAL', 'something went wrong on our side; the request id finds it in our log', { cause: error });
};

const malformed = (error: unknown, { url }: Refused): ProblemFailure => {
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_BAD_URL') return broken('REQUEST_MALFORMED', 'path', 'must be percent-encoded UTF-8', renderValue(rawPathOf(url)));
  const message = error instanceof Error ? error.message.slice(0, 200) : 'refused';
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return broken('REQUEST_MALFORMED', 'Content-Length', 'must be the length of the body in bytes');
  return broken('REQUEST_MALFORMED', 'request', `must be sound: ${message}`);
};

const unrouted = ({ method, url }: Refused, methodsOf: MethodsOf): ProblemFailure => {
  const path = rawPathOf(url);
  const methods = methodsOf(path);
  if (methods.length === 0) return routeUnknown('there is nothing at this path; /openapi.json lists what there is', path);
  return new ProblemFailure('METHOD_NOT_ALLOWED', `${method} is not taken here`, {
    errors: [{ field: 'method', rule: `must be one of ${methods.join(', ')}`, value: method }],
    headers: { Allow: methods.join(', ') },
  });
};

/** Sends a problem; paths of the Hub's API get its members `error` and `X-Error-Message` too. */
export const sendProblem = (failure: ProblemFailure, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const problem = problemJson(failure, request.id);
  const path = rawPathOf(request.url);
  const hub = path.startsWith('/api/') || path.startsWith('/papers/');
  reply.code(failure.status).headers(failure.headers).header('Cache-Control', 'no-store').removeHeader('ETag');
  if (hub) reply.header('X-Error-Message', hubErrorMessage(failure));
  const body = JSON.stringify(hub ? { error: failure.message, ...problem } : problem);
  return reply.header('Content-Type', hub ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8').send(body);
};

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly methodsOf: MethodsOf,
    private readonly logger: Logger,
    private readonly onProblem: (code: ProblemCode) => void,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const failure = problemOf(error, request, this.methodsOf);
    this.onProblem(failure.code);
    if (failure.status >= 500)
      this.logger.error({ err: failure.cause ?? failure, code: failure.code, requestId: request.id }, 'request failed');
    await sendProblem(failure, request, reply);
  }
}
