import { gatewayConfigSchema } from '../../apps/gateway/src/gateway.config.js';
import { NoApiKeys } from '../../apps/gateway/src/identity/api-keys.js';
import { demoToken } from '../../apps/gateway/src/identity/demo-readers.js';
import { createGateway } from '../../apps/gateway/src/wiring/gateway.js';
import { peersOf } from '../../apps/gateway/src/wiring/peers.js';
import { ingestConfigSchema } from '../../apps/ingest/src/ingest.config.js';
import { IngestService } from '../../apps/ingest/src/wiring/ingest-service.js';
import { testModels } from '../../apps/ranker/src/fixtures/models.js';
import { startReplica, type Replica } from '../../apps/ranker/src/fixtures/replica.js';
import { loadConfig } from '#config';
import { createEventLog, type EventLog } from '#event-log';
import { createLogger, createRegistry, openMetricsText, type Registry, startTracing } from '#telemetry';
import { migratedDatabase } from '#test-support/migrated-database';
import { until } from '#test-support/until';
import { freePort } from '../gateway/free-port.js';

const SECRET = 'a-secret-of-tests-with-at-least-32-characters';
const identity = { sharedSecret: SECRET, issuer: 'test-issuer', audience: 'test-audience' };
const quiet = createLogger('test', { level: 'silent' });

type Line = Readonly<Record<string, unknown>>;
type Settings = Readonly<Record<string, string>>;
/** Closes what was opened, the last first. */
type Closers = (() => unknown)[];

const closeAll = async (closers: Closers): Promise<void> => {
  for (const close of closers.splice(0).reverse()) await close();
};

const ingestOn = async (settings: Settings, closers: Closers): Promise<{ registry: Registry; port: string }> => {
  const port = String(await freePort());
  const config = loadConfig(ingestConfigSchema, { ...settings, RPC_PORT: port });
  const ingest = new IngestService(config, quiet, undefined, await startTracing('ingest', config));
  closers.push(async () => {
    for (const step of ingest.shutdownSteps()) await step.run();
  });
  await ingest.start();
  await until('ingest is ready', async () => (await ingest.readiness.check()).every(({ ok }) => ok));
  return { registry: ingest.registry, port };
};

const rankerOn = async (settings: Settings, closers: Closers): Promise<Replica> => {
  const models = await testModels();
  closers.push(() => models[Symbol.asyncDispose]());
  // On a machine that does other things as well, no model is quick.
  const ranker = await startReplica({ ...settings, MODELS_DIR: models.directory, MODEL_MAX_MS: '10000', READY_LAG_RECORDS: '0' });
  closers.push(() => ranker.stop());
  await until('the ranker is ready', async () => (await ranker.ready()).status === 200);
  return ranker;
};

const gatewayOn = async (settings: Settings, rankerPort: number, ingestPort: string, closers: Closers) => {
  const config = loadConfig(gatewayConfigSchema, {
    ...settings,
    RANKER_ADDRESSES: `127.0.0.1:${rankerPort}`,
    INGEST_ADDRESSES: `127.0.0.1:${ingestPort}`,
    JWT_SHARED_SECRET: SECRET,
    JWT_ISSUER: identity.issuer,
    JWT_AUDIENCE: identity.audience,
    READER_REF_SECRET: `${SECRET}-readers`,
    CURSOR_SECRET: `${SECRET}-cursors`,
    RANK_DEADLINE_MS: '5000',
  });
  const tracing = await startTracing('gateway', config);
  closers.push(() => tracing.close());
  const lines: Line[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  const logger = createLogger('gateway', { tracing, destination });
  const log = createEventLog({ broker: 'embedded', databaseUrl: settings['DATABASE_URL'] ?? '', pollEveryMs: 50 }, { logger: quiet });
  closers.push(() => log.close());
  const registry = createRegistry('gateway');
  const { ranker, intake, pools, observe } = peersOf(config, tracing);
  closers.push(() => pools.forEach((pool) => pool.close()));
  const gateway = await createGateway(config, { log, keys: new NoApiKeys(), ranker, intake, registry, logger, tracing });
  closers.push(() => gateway.follower.stop());
  observe(gateway.app);
  await Promise.all(pools.map((pool) => pool.start()));
  await gateway.follower.start();
  await gateway.app.listen(0, '127.0.0.1');
  closers.push(() => gateway.app.close());
  return { url: await gateway.app.getUrl(), log, registry, lines };
};

export interface TracedSystem extends AsyncDisposable {
  readonly url: string;
  readonly log: EventLog;
  readonly ranker: Replica;
  /** Lines that the gateway logged. */
  readonly lines: readonly Line[];
  token(subject: string): Promise<string>;
  /** `/metrics` of the gateway, the ranker and ingest in OpenMetrics. */
  metrics(): Promise<readonly [gateway: string, ranker: string, ingest: string]>;
  /** Ends everything; all spans are sent by then. */
  stop(): Promise<void>;
}

/** Gateway, ranker and ingest as their `main.ts` puts them together, in one process, over one embedded log of their own. */
export const startTracedSystem = async (traces: Settings): Promise<TracedSystem> => {
  const closers: Closers = [];
  try {
    const database = await migratedDatabase();
    closers.push(() => database[Symbol.asyncDispose]());
    const settings = { NODE_ENV: 'test', BROKER: 'embedded', DATABASE_URL: database.url, ...traces };
    const ingest = await ingestOn(settings, closers);
    const ranker = await rankerOn(settings, closers);
    const { url, log, registry, lines } = await gatewayOn(settings, ranker.port, ingest.port, closers);
    const stop = (): Promise<void> => closeAll(closers);
    return {
      url,
      log,
      ranker,
      lines,
      token: (subject) => demoToken(identity, subject, '1h'),
      metrics: async () => {
        const answer = await fetch(`${ranker.adminUrl}/metrics`, { headers: { accept: 'application/openmetrics-text;version=1.0.0' } });
        return [await openMetricsText(registry), await answer.text(), await openMetricsText(ingest.registry)];
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
};
