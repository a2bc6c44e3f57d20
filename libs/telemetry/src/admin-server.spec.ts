import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { startAdminServer, type AdminServer } from './admin-server.js';
import { Counter, createRegistry } from './metrics.js';
import { Readiness } from './readiness.js';

describe('startAdminServer', () => {
  const registry = createRegistry('test');
  const readiness = new Readiness(50);
  let admin: AdminServer;

  beforeAll(async () => {
    new Counter({ name: 'papers_total', help: 'x', registers: [registry] }).inc(3);
    admin = await startAdminServer({ host: '127.0.0.1', port: 0, registry, readiness: readiness.check });
  });
  afterAll(() => admin.close());

  it('serves metrics of its own registry, process and event loop included', async () => {
    const answer = await fetch(`${admin.url}/metrics`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('papers_total{service="test"} 3');
    expect(text).toMatch(/process_cpu_seconds_total\{service="test"\}/);
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds\{service="test"\}/);
  });

  it.each([
    { why: 'a check says yes', probe: () => true, status: 200, check: { name: 'log', ok: true } },
    { why: 'a check says no', probe: () => false, status: 503, check: { name: 'log', ok: false } },
    { why: 'a check says why not', probe: () => 'lag 12 s', status: 503, check: { name: 'log', ok: false, detail: 'lag 12 s' } },
    {
      why: 'a check throws',
      probe: () => Promise.reject(new Error('away: postgres://u:p@h')),
      status: 503,
      check: { name: 'log', ok: false, detail: 'away: postgres://u:[redacted]@h' },
    },
    {
      why: 'a check never answers',
      probe: () => new Promise<boolean>(() => undefined),
      status: 503,
      check: { name: 'log', ok: false, detail: 'no answer in 50 ms' },
    },
  ])('/readyz answers $status when $why', async ({ probe, status, check }) => {
    readiness.add('log', probe);
    const answer = await fetch(`${admin.url}/readyz`);
    expect({ status: answer.status, body: await answer.json() }).toEqual({ status, body: { ready: status === 200, checks: [check] } });
  });

  it('serves the pages it is given as JSON, and names them to who looks for another', async () => {
    const paged = await startAdminServer({
      host: '127.0.0.1',
      port: 0,
      registry,
      readiness: readiness.check,
      pages: { '/state': async () => ({ hash: 'abc' }) },
    });
    try {
      const answer = await fetch(`${paged.url}/state?x=1`);
      expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 200, body: { hash: 'abc' } });
      const other = await fetch(`${paged.url}/toString`);
      expect({ status: other.status, body: await other.json() }).toEqual({
        status: 404,
        body: { error: 'try /startupz, /livez, /readyz, /metrics, /state' },
      });
    } finally {
      await paged.close();
    }
  });

  it('hands an API what was sent below its path, and not more than an order can be', async () => {
    const seen: unknown[] = [];
    const served = await startAdminServer({
      host: '127.0.0.1',
      port: 0,
      registry,
      readiness: readiness.check,
      apis: {
        '/v1/models': async (request) => {
          seen.push(request);
          return { status: 409, body: { code: 'NO' }, type: 'application/problem+json', headers: { allow: 'POST' } };
        },
      },
    });
    try {
      const send = (path: string, body: string) =>
        fetch(`${served.url}${path}`, { method: 'POST', body, headers: { authorization: 'Bearer k', 'content-type': 'application/json' } });
      const answer = await send('/v1/models/personal/promote?x=1', '{"a":1}');
      expect({ status: answer.status, type: answer.headers.get('content-type'), allow: answer.headers.get('allow') }).toEqual({
        status: 409,
        type: 'application/problem+json; charset=utf-8',
        allow: 'POST',
      });
      await send('/v1/models', 'x'.repeat(16 * 1024 + 1));
      const told = { method: 'POST', authorization: 'Bearer k', contentType: 'application/json' };
      expect(seen).toEqual([
        { ...told, path: 'personal/promote', body: '{"a":1}' },
        { ...told, path: '', body: null },
      ]);
      expect((await send('/v1/modelsx', '')).status).toBe(405);
    } finally {
      await served.close();
    }
  });

  it('/startupz says yes from the first time that the process was ready, whatever comes later', async () => {
    const begun = new Readiness(50).add('log', () => 'away');
    const starting = await startAdminServer({ host: '127.0.0.1', port: 0, registry, readiness: begun.check });
    const asked = async (): Promise<{ status: number; body: unknown }> => {
      const answer = await fetch(`${starting.url}/startupz`);
      return { status: answer.status, body: await answer.json() };
    };
    try {
      expect(await asked()).toEqual({ status: 503, body: { ready: false, checks: [{ name: 'log', ok: false, detail: 'away' }] } });
      begun.add('log', () => true);
      expect(await asked()).toEqual({ status: 200, body: { started: true } });
      begun.add('log', () => 'away');
      expect(await asked()).toEqual({ status: 200, body: { started: true } });
    } finally {
      await starting.close();
    }
  });

  it('/livez asks nobody', async () => {
    readiness.add('log', () => false);
    expect((await fetch(`${admin.url}/livez`)).status).toBe(200);
  });

  it.each([
    { method: 'GET', path: '/', status: 404 },
    { method: 'POST', path: '/livez', status: 405 },
    { method: 'HEAD', path: '/livez?x=1', status: 200 },
  ])('$method $path -> $status', async ({ method, path, status }) => {
    expect((await fetch(`${admin.url}${path}`, { method })).status).toBe(status);
  });

  it('is not ready once it drains', async () => {
    const draining = new Readiness().add('log', () => true);
    draining.drain();
    expect(await draining.check()).toEqual([
      { name: 'log', ok: true },
      { name: 'shutdown', ok: false, detail: 'draining' },
    ]);
  });

  it('names the port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startAdminServer({ host: '127.0.0.1', port, registry, readiness: readiness.check })).rejects.toThrow(
      `admin port 127.0.0.1:${port} is in use; set ADMIN_PORT to another`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});
