import { type Paper, paperSchema } from '#contracts';
import { loadConfig } from '#config';
import { createLogger, createRegistry, type Registry } from '#telemetry';
import { gatewayConfigSchema } from '../../apps/gateway/src/gateway.config.js';
import { type ApiKeyRecord, ApiKeyStore } from '../../apps/gateway/src/identity/api-keys.js';
import { demoToken } from '../../apps/gateway/src/identity/demo-readers.js';
import { createGateway, type Gateway } from '../../apps/gateway/src/wiring/gateway.js';
import { peersOf } from '../../apps/gateway/src/wiring/peers.js';
import { IngestDouble } from './ingest-double.js';
import { MemoryLog } from './memory-log.js';
import { RankerDouble } from './ranker-double.js';

export const SECRET = 'a-secret-of-tests-with-at-least-32-characters';
export const ISSUER = 'test-issuer';
export const AUDIENCE = 'test-audience';

export const publisherKey = 'bsk_publisher-acme-0123456789';
export const otherKey = 'bsk_publisher-other-0123456789';
export const clientKey = 'bsk_client-app-0123456789abc';
export const adminKey = 'bsk_admin-0123456789abcdefgh';

class TestKeys extends ApiKeyStore {
  private readonly records = new Map<string, ApiKeyRecord>([
    [publisherKey, { id: 'k1', name: 'acme', scopes: ['publish'] }],
    [otherKey, { id: 'k2', name: 'other', scopes: ['publish'] }],
    [clientKey, { id: 'k3', name: 'app', scopes: ['interactions'] }],
    [adminKey, { id: 'k4', name: 'root', scopes: ['admin'] }],
  ]);

  async find(key: string): Promise<ApiKeyRecord | null> {
    return this.records.get(key) ?? null;
  }
}

export const paper = (id: string, more: Partial<Record<keyof Paper, unknown>> = {}): Paper =>
  paperSchema.parse({ id, title: `Paper ${id}`, publishedAt: '2025-10-27', listedOn: '2025-10-28', source: 'test', ...more });

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any; // tests look into answers of every shape
}

/** A gateway on a real port with doubles of its peers behind real sockets. */
export class GatewayUnderTest implements AsyncDisposable {
  private constructor(
    readonly gateway: Gateway,
    readonly url: string,
    readonly log: MemoryLog,
    readonly rankers: readonly RankerDouble[],
    readonly ingest: IngestDouble,
    readonly registry: Registry,
    private readonly closePeers: () => void,
  ) {}

  static async start({
    papers = [],
    env = {},
    rankers: count = 1,
  }: { papers?: readonly Paper[]; env?: Record<string, string>; rankers?: number } = {}): Promise<GatewayUnderTest> {
    const log = new MemoryLog();
    const rankers = await Promise.all(Array.from({ length: count }, (_, index) => RankerDouble.start(`ranker-${index}`)));
    for (const ranker of rankers) ranker.papers = papers;
    const ingest = await IngestDouble.start(log);
    const config = loadConfig(gatewayConfigSchema, {
      KAFKA_BROKERS: '127.0.0.1:1',
      RANKER_ADDRESSES: rankers.map(({ port }) => `127.0.0.1:${port}`).join(','),
      INGEST_ADDRESSES: `127.0.0.1:${ingest.port}`,
      JWT_SHARED_SECRET: SECRET,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      READER_REF_SECRET: `${SECRET}-readers`,
      CURSOR_SECRET: `${SECRET}-cursors`,
      RPC_PROBE_INTERVAL_MS: '100',
      ACCESS_LOG: 'none',
      ...env,
    });
    const registry = createRegistry('gateway', { processMetrics: false });
    const { ranker, intake, pools, observe } = peersOf(config);
    const logger = createLogger('gateway', { level: 'silent' });
    const gateway = await createGateway(config, { log, keys: new TestKeys(), ranker, intake, registry, logger });
    observe(gateway.app);
    if (papers.length > 0) await log.papers(...papers);
    await Promise.all(pools.map((pool) => pool.start()));
    await gateway.follower.start();
    await gateway.app.listen(0, '127.0.0.1');
    return new GatewayUnderTest(gateway, await gateway.app.getUrl(), log, rankers, ingest, registry, () =>
      pools.forEach((pool) => pool.close()),
    );
  }

  get ranker(): RankerDouble {
    const [first] = this.rankers;
    if (first === undefined) throw new Error('no ranker');
    return first;
  }

  token(subject = 'alice', lifetime = '1h'): Promise<string> {
    return demoToken({ sharedSecret: SECRET, issuer: ISSUER, audience: AUDIENCE }, subject, lifetime);
  }

  async call(
    method: string,
    path: string,
    { json, body, as, headers = {} }: { json?: unknown; body?: string; as?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
        ...(json === undefined && body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  get(path: string, options: Parameters<GatewayUnderTest['call']>[2] = {}): Promise<Answer> {
    return this.call('GET', path, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.app.close();
    this.closePeers();
    await Promise.all([...this.rankers.map((ranker) => ranker.stop()), this.ingest.stop()]);
  }
}
