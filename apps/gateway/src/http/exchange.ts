import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Span } from '#telemetry';
import type { Principal } from '../identity/identify.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; anonymous on routes that need nobody. */
    principal: Principal;
    /** Null when it is not traced. */
    span: Span | null;
  }
}

export type Exchange = readonly [request: FastifyRequest, reply: FastifyReply];

const JSON_TYPE = 'application/json; charset=utf-8';
/** Shared answers may be kept by anyone, but are asked for again each time: the ETag makes that cheap, and votes show within a second. */
export const SHARED_CACHE = 'public, max-age=0, must-revalidate';
export const PRIVATE_CACHE = 'private, no-store';

export const sendJson = (reply: FastifyReply, status: number, body: Buffer | object): FastifyReply =>
  reply
    .code(status)
    .header('Content-Type', JSON_TYPE)
    .send(Buffer.isBuffer(body) ? body : JSON.stringify(body));

/** Weak comparison of RFC 9110: marks of weakness do not count, `*` is anything. */
export const isKnownTo = (ifNoneMatch: string | undefined, etag: string): boolean => {
  if (ifNoneMatch === undefined) return false;
  const plain = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => plain(tag) === plain(etag));
};

/** Sends a body that has an ETag, or 304 when the client has it already. */
export const sendTagged = (
  request: FastifyRequest,
  reply: FastifyReply,
  { body, etag }: { readonly body: Buffer; readonly etag: string },
): FastifyReply => {
  reply.header('ETag', etag);
  return isKnownTo(request.headers['if-none-match'], etag) ? reply.code(304).send() : sendJson(reply, 200, body);
};

/** The same request with some parameters changed, absolute, as clients follow `Link` headers without a base. */
export const linkTo = (request: FastifyRequest, changes: Readonly<Record<string, string>>): string => {
  const url = new URL(request.url, `${request.protocol}://${request.host}`);
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return `<${url.href}>; rel="next"`;
};
