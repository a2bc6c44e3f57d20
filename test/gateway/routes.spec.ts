import { routes } from '../../apps/gateway/src/openapi/routes.js';
import { GatewayUnderTest, paper } from './gateway-under-test.js';

/** What Fastify calls a route, for each entry of the table: ids of papers are a wildcard there. */
const served: Readonly<Record<string, string>> = {
  'GET /v1/papers/{id}': 'GET /v1/papers/*',
  'GET /v1/papers/{id}/similar': 'GET /v1/papers/*',
  'DELETE /v1/papers/{id}': 'DELETE /v1/papers/*',
  ...Object.fromEntries(
    ['upvote', 'save', 'hide'].flatMap((name) =>
      ['PUT', 'DELETE'].map((method) => [`${method} /v1/papers/{id}/${name}`, `${method} /v1/papers/*`]),
    ),
  ),
  'PUT /v1/follows/{kind}/{id}': 'PUT /v1/follows/:kind/*',
  'DELETE /v1/follows/{kind}/{id}': 'DELETE /v1/follows/:kind/*',
  'GET /api/papers/{id}': 'GET /api/papers/*',
  'GET /papers/{id}.md': 'GET /papers/*',
  'GET /docs/assets/{name}': 'GET /docs/assets/:name',
};

describe('the route table', () => {
  it('has every route that is served, and nothing that is not', async () => {
    await using under = await GatewayUnderTest.start({ papers: [paper('2510.00001')] });
    const real = new Set(under.gateway.served);
    const table = new Set(routes.map(({ method, path }) => served[`${method} ${path}`] ?? `${method} ${path}`));
    expect([...table].sort()).toEqual([...real].sort());
  });

  it('is what /openapi.json, /docs and /docs/errors show', async () => {
    await using under = await GatewayUnderTest.start({ papers: [paper('2510.00001')] });
    const document = await under.get('/openapi.json');
    expect(Object.keys(document.body.paths)).toEqual([...new Set(routes.map(({ path }) => path))]);
    for (const path of [
      '/docs',
      '/docs/errors',
      '/docs/assets/swagger-ui.css',
      '/docs/assets/swagger-ui-bundle.js',
      '/docs/assets/initializer.js',
      '/',
    ]) {
      const page = await under.get(path);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    expect((await under.get('/docs/assets/..%2Fpackage.json')).status).toBe(404);
  });

  it('lets pages of other origins in only when told to', async () => {
    await using closed = await GatewayUnderTest.start();
    expect(
      (await closed.get('/v1/feeds/trending', { headers: { origin: 'https://a.example' } })).headers.get('access-control-allow-origin'),
    ).toBeNull();
    await using open = await GatewayUnderTest.start({ env: { CORS_ORIGINS: 'https://a.example' } });
    expect(
      (await open.get('/v1/feeds/trending', { headers: { origin: 'https://a.example' } })).headers.get('access-control-allow-origin'),
    ).toBe('https://a.example');
    expect(
      (await open.get('/v1/feeds/trending', { headers: { origin: 'https://b.example' } })).headers.get('access-control-allow-origin'),
    ).not.toBe('https://b.example');
  });

  it('is ready when papers are read and both peers answer', async () => {
    await using under = await GatewayUnderTest.start({ papers: [paper('2510.00001')] });
    expect((await under.gateway.readiness.check()).every(({ ok }) => ok)).toBe(true);
    const metrics = await under.registry.metrics();
    expect(metrics).toContain('gateway_rpc_usable_replicas{peer="ranker",service="gateway"} 1');
    await under.ranker.stop();
    await under.get('/v1/feeds/trending');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect((await under.gateway.readiness.check()).find(({ name }) => name === 'ranker')).toMatchObject({ ok: false });
  });
});
