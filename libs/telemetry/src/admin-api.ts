import type { IncomingMessage } from 'node:http';

/** A request to an API below a path of the admin port. */
export interface AdminRequest {
  readonly method: string;
  /** Below the API's own path, without a query: `personal/promote`. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  /** UTF-8; null when it was larger than the port takes. */
  readonly body: string | null;
}

export interface AdminReply {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
  /** `application/json` when nothing is said. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers everything below its path. It asks for credentials itself: the port has none. Must not throw. */
export type AdminApi = (request: AdminRequest) => Promise<AdminReply>;

const MAX_BODY_BYTES = 16 * 1024;

/** Null when there is more than an order of an operator can be. The rest is left unread. */
const bodyOf = async (message: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

export const adminRequestOf = async (message: IncomingMessage, path: string): Promise<AdminRequest> => ({
  method: message.method ?? 'GET',
  path,
  authorization: message.headers.authorization,
  contentType: message.headers['content-type'],
  body: await bodyOf(message),
});
