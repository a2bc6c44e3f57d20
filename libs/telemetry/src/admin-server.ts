import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { Failure } from '#contracts';
import { adminRequestOf, type AdminApi } from './admin-api.js';
import { OPEN_METRICS_TYPE, openMetricsText, wantsOpenMetrics } from './open-metrics.js';
import type { Check } from './readiness.js';
import { redactText } from './redaction.js';

export interface AdminServerSettings {
  readonly host: string;
  /** 0 chooses a free one; the answer says which. */
  readonly port: number;
  readonly registry: Registry;
  /** Waited for before the metrics are read: what has to be known for them to be true. Short, or the scrape ends without an answer. */
  readonly settled?: () => Promise<void>;
  readonly readiness: () => Promise<readonly Check[]>;
  /** Further pages by path, such as `/state`: what the process says of itself, answered as JSON. No secrets, no reader references. */
  readonly pages?: Readonly<Record<`/${string}`, (query: URLSearchParams) => unknown>>;
  /** APIs by the path that they begin with, such as `/v1/models`: what an operator may change, other methods and credentials included. */
  readonly apis?: Readonly<Record<`/${string}`, AdminApi>>;
}

export interface AdminServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** The admin port can not be bound. */
export class AdminServerFailure extends Failure {
  readonly code = 'ADMIN_PORT_UNAVAILABLE';
  readonly retryable = false;

  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const what = cause.code === 'EADDRINUSE' ? 'is in use' : `can not be bound (${cause.code ?? cause.message})`;
    super(`admin port ${host}:${port} ${what}; set ADMIN_PORT to another`, { host, port }, { cause });
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An order has to arrive whole within this time. */
const REQUEST_LIMIT_MS = 10_000;

const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: `${JSON.stringify(body)}\n`,
});

const ready = async (readiness: AdminServerSettings['readiness']): Promise<Answer> => {
  const checks = (await readiness()).map((check) => (check.detail === undefined ? check : { ...check, detail: redactText(check.detail) }));
  const ok = checks.every((check) => check.ok);
  return json(ok ? 200 : 503, { ready: ok, checks });
};

/**
 * Has this process been ready once? A start may be long (a ranker folds the whole log), so orchestrators hold liveness back until it is over, and
 * begin again with a start that never ends. Afterwards the answer stays yes, whatever becomes of the stores.
 */
const startup = (readiness: AdminServerSettings['readiness']): (() => Promise<Answer>) => {
  let over = false;
  return async () => {
    if (over) return json(200, { started: true });
    const checks = await ready(readiness);
    over = checks.status === 200;
    return over ? json(200, { started: true }) : checks;
  };
};

/** Exemplars are told in OpenMetrics only; who does not ask for it gets the classic text. */
const metrics = async ({ headers }: IncomingMessage, registry: Registry): Promise<Answer> =>
  wantsOpenMetrics(headers.accept)
    ? { status: 200, type: OPEN_METRICS_TYPE, body: await openMetricsText(registry) }
    : { status: 200, type: registry.contentType, body: await registry.metrics() };

const answer = async (
  request: IncomingMessage,
  { registry, settled, readiness, pages = {}, apis = {} }: AdminServerSettings,
  started: () => Promise<Answer>,
): Promise<Answer> => {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const api = Object.entries(apis).find(([base]) => path === base || path.startsWith(`${base}/`));
  if (api !== undefined) {
    const { status, body, type = 'application/json', headers } = await api[1](await adminRequestOf(request, path.slice(api[0].length + 1)));
    return { ...json(status, body), type: `${type}; charset=utf-8`, ...(headers === undefined ? {} : { headers }) };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { error: 'only GET and HEAD' });
  const page = Object.hasOwn(pages, path) ? pages[path as `/${string}`] : undefined;
  if (page !== undefined) return json(200, await page(new URLSearchParams(query)));
  switch (path) {
    case '/livez':
      // Touches nothing: a process whose database is away must not be killed for it.
      return json(200, { alive: true });
    case '/readyz':
      return ready(readiness);
    case '/startupz':
      return started();
    case '/metrics':
      await settled?.();
      return metrics(request, registry);
    default:
      return json(404, {
        error: `try ${['/startupz', '/livez', '/readyz', '/metrics', ...Object.keys(pages), ...Object.keys(apis)].join(', ')}`,
      });
  }
};

const send = (response: ServerResponse, { status, type, body, headers }: Answer, method: string | undefined): void => {
  response.writeHead(status, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
  response.end(method === 'HEAD' ? undefined : body);
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(new AdminServerFailure(host, port, error));
    });
    server.listen(port, host, resolve);
  });

/**
 * Serves `/metrics`, `/livez`, `/readyz` (200 or 503 with every check by name), `/startupz` (200 from the first time that it was ready)
 * and the pages it is given.
 * @throws {AdminServerFailure} the port can not be bound.
 */
export const startAdminServer = async (settings: AdminServerSettings): Promise<AdminServer> => {
  const started = startup(settings.readiness);
  const server = createServer((request, response) => {
    answer(request, settings, started)
      .catch(() => json(500, { error: 'the admin server failed to answer' }))
      .then((result) => {
        send(response, result, request.method);
      })
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = 5_000;
  server.requestTimeout = REQUEST_LIMIT_MS;
  await listen(server, settings.host, settings.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
