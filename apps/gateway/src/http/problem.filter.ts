import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#telemetry';
import type { ProblemCode } from '../errors/catalogue.js';
import { hubErrorMessage, problemJson } from '../errors/problem-json.js';
import { ProblemFailure } from '../errors/problem.failure.js';
import { rawPathOf } from './raw-path.js';

/** Methods that a path takes, from the route table; empty for a path that is nobody's. */
export type MethodsOf = (path: string) => readonly string[];

/** What the framework's own refusals mean in our words. */
const frameworkCodes: Readonly<Record<number, ProblemCode>> = {
  408: 'REQUEST_TIMEOUT',
  413: 'BODY_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'MEDIA_TYPE_UNSUPPORTED',
  431: 'HEADERS_TOO_LARGE',
};

const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  const status = error !== null && typeof error === 'object' && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
};

/** Turns whatever was thrown into the one form that all errors have. */
export const problemOf = (error: unknown, method: string, path: string, methodsOf: MethodsOf): ProblemFailure => {
  if (error instanceof ProblemFailure) return error;
  const status = statusOf(error) ?? 500;
  if (status === 404) return unrouted(method, path, methodsOf);
  const code = frameworkCodes[status];
  const message = error instanceof Error ? error.message : 'refused';
  if (code !== undefined) return new ProblemFailure(code, message, { errors: [{ field: '', rule: message }] });
  if (status >= 400 && status < 500) return new ProblemFailure('REQUEST_MALFORMED', message);
  // The cause goes to the log, never to the caller.
  return new ProblemFailure('INTERNAL', 'something went wrong on our side; the request id finds it in our log', { cause: error });
};

const unrouted = (method: string, path: string, methodsOf: MethodsOf): ProblemFailure => {
  const methods = methodsOf(path);
  if (methods.length === 0) return new ProblemFailure('ROUTE_UNKNOWN', 'there is nothing at this path; /openapi.json lists what there is');
  return new ProblemFailure('METHOD_NOT_ALLOWED', `${method} is not taken here`, { headers: { Allow: methods.join(', ') } });
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
    const failure = problemOf(error, request.method, rawPathOf(request.url), this.methodsOf);
    this.onProblem(failure.code);
    if (failure.status >= 500)
      this.logger.error({ err: failure.cause ?? failure, code: failure.code, requestId: request.id }, 'request failed');
    await sendProblem(failure, request, reply);
  }
}
