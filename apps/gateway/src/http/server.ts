import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { renderValue } from '#contracts';
import { attributeNames, type Logger, observeTraced, type Span, type Tracing } from '#telemetry';
import { ProblemFailure } from '../errors/problem.failure.js';
import { problemJson } from '../errors/problem-json.js';
import type { GatewayMetrics } from '../gateway.metrics.js';
import { isLoopbackHost } from '../identity/development.js';
import { anonymous, type Identification } from '../identity/identify.js';
import type { Admission } from '../limits/admission.js';
import { MAX_HEADER_BYTES, MAX_URL_CHARS, REQUEST_TIMEOUT_MS } from '../limits/bounds.js';
import { MAX_BODY_BYTES, parseJsonBody } from '../limits/json-body.js';
import { broken, type MethodsOf, problemOf, sendProblem } from './problem.filter.js';

export interface ServerSettings {
  readonly trustProxyHops: number;
  readonly maxConcurrent: number;
  /** A development run, whose keys everyone knows: only for callers that name this machine. */
  readonly loopbackOnly: boolean;
  readonly accessLog: 'all' | 'errors' | 'none';
  readonly tracing: Tracing;
}

export interface ServerParts {
  readonly identification: Identification;
  readonly admission: Admission;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly methodsOf: MethodsOf;
}

/** Longer than the idle time-out of usual balancers, so that it is they who close. */
const KEEP_ALIVE_MS = 65_000;

/** On every answer; pages replace the policy by their own. */
const securityHeaders = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

/** What Node's parser refuses before there is a request. */
const rawProblem = (error: NodeJS.ErrnoException): ProblemFailure => {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return broken('HEADERS_TOO_LARGE', 'headers', `must have at most ${MAX_HEADER_BYTES} bytes together`);
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return broken('REQUEST_TIMEOUT', 'request', `must arrive within ${REQUEST_TIMEOUT_MS / 1000} s`);
  return broken('REQUEST_MALFORMED', 'request', 'must be sound HTTP');
};

const refuseRaw = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const failure = rawProblem(error);
  const body = JSON.stringify(problemJson(failure, randomUUID()));
  socket.end(
    `HTTP/1.1 ${failure.status} Refused\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

/** Paths whose answers depend on who asks. Elsewhere credentials are not even looked at. */
const needsIdentity = (path: string): boolean => path.startsWith('/v1/');

/**
 * The Fastify server under Nest: bounds, identity, limits and records of every request, before and after any controller.
 * `parts` is asked with the first request: Nest makes them, and it needs the server first.
 */
export const createServer = (settings: ServerSettings, parts: () => ServerParts): FastifyInstance => {
  const server: FastifyInstance = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: MAX_URL_CHARS, ignoreTrailingSlash: false },
    trustProxy: (_address, hop) => hop < settings.trustProxyHops,
    genReqId: () => randomUUID(),
    serverFactory: (handler) =>
      createHttpServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS }, handler),
    clientErrorHandler: refuseRaw,
    frameworkErrors: (error, request, reply) => {
      void sendProblem(problemOf(error, request, parts().methodsOf), request, reply);
    },
  });
  server.decorateRequest('principal');
  server.decorateRequest('span', null);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    try {
      done(null, parseJsonBody(body));
    } catch (error) {
      done(error as Error);
    }
  });
  // First, so that all that follows is a part of the request's span.
  if (settings.tracing.on) traced(server, settings.tracing);
  guard(server, settings, parts);
  record(server, settings, parts);
  return server;
};

/** Each request that is to be traced becomes a span, which goes on a trace that the caller began. */
const traced = (server: FastifyInstance, tracing: Tracing): void => {
  server.addHook('onRequest', (request, _reply, done) => {
    const attributes = { [attributeNames.httpMethod]: request.method };
    request.span = tracing.receive(request.method, request.headers['traceparent'], { kind: 'server', attributes });
    tracing.within(request.span, done);
  });
};

/** The route's pattern, never the URL: see `record`. */
const endSpan = (span: Span | null, method: string, route: string | undefined, status: number): void => {
  if (span === null) return;
  if (route !== undefined) {
    span.rename(`${method} ${route}`);
    span.set({ [attributeNames.httpRoute]: route });
  }
  span.set({ [attributeNames.httpStatus]: status });
  if (status >= 500) span.fail(String(status));
  span.end();
};

const guard = (server: FastifyInstance, { maxConcurrent, loopbackOnly }: ServerSettings, parts: () => ServerParts): void => {
  let underWay = 0;
  server.addHook('onRequest', async (request, reply) => {
    const { identification, admission, metrics } = parts();
    underWay += 1;
    metrics.inFlight.set(underWay);
    // `close` comes after every answer and after every broken connection, once.
    reply.raw.once('close', () => {
      underWay -= 1;
      metrics.inFlight.set(underWay);
    });
    request.principal = anonymous;
    reply.headers(securityHeaders).header('X-Request-Id', request.id);
    const { host } = request.headers;
    if (loopbackOnly && !isLoopbackHost(host))
      throw broken('HOST_NOT_ALLOWED', 'Host', 'must be localhost, 127.0.0.1 or [::1] in a development run', renderValue(host));
    if (underWay > maxConcurrent)
      throw new ProblemFailure('OVERLOADED', 'too many requests are under way', { headers: { 'Retry-After': '1' } });
    if (request.url.length > MAX_URL_CHARS)
      throw broken('URI_TOO_LONG', 'url', `must have at most ${MAX_URL_CHARS} characters`, `${request.url.length} characters`);
    if (needsIdentity(request.url)) {
      const apiKey = request.headers['x-api-key'];
      request.principal = await identification.identify({
        authorization: request.headers.authorization,
        apiKey: typeof apiKey === 'string' ? apiKey : undefined,
      });
    }
    reply.headers(admission.request(request.principal, request.ip));
  });
};

const record = (server: FastifyInstance, { accessLog, tracing }: ServerSettings, parts: () => ServerParts): void => {
  server.addHook('onResponse', async (request, reply) => {
    const { metrics, logger } = parts();
    // The route's pattern, never the URL: paths hold ids and queries hold what people look for.
    const route = request.routeOptions.url ?? 'none';
    const seconds = reply.elapsedTime / 1000;
    const { span } = request;
    // What is asked for in vain has no method of ours either: each one would cost as many series as a route.
    const method = route === 'none' ? 'other' : request.method;
    observeTraced(metrics.requestSeconds, { method, route, status: String(reply.statusCode) }, seconds, span);
    endSpan(span, request.method, request.routeOptions.url, reply.statusCode);
    if (accessLog === 'none' || (accessLog === 'errors' && reply.statusCode < 400)) return;
    const facts = {
      requestId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      bytes: Number(reply.getHeader('content-length') ?? 0),
    };
    tracing.within(span, () => logger.info(facts, 'request'));
  });
};
