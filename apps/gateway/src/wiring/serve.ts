import type { AddressInfo } from 'node:net';
import { topics } from '#contracts';
import { createEventLog, type EventLog } from '#event-log';
import { ApiKeys, createDataSource, type DataSource, poolConnections } from '#persistence';
import {
  createLogger,
  createRegistry,
  type Logger,
  onShutdown,
  startAdminServer,
  startTracing,
  watchPools,
  watchTracing,
} from '#telemetry';
import { PostgresApiKeys } from '../adapters/postgres-api-keys.js';
import type { Ranker } from '../feeds/ranker.js';
import type { GatewayConfig } from '../gateway.config.js';
import { GatewayMetrics } from '../gateway.metrics.js';
import { Heartbeat } from '../heartbeat/heartbeat.js';
import { type ApiKeyStore, NoApiKeys } from '../identity/api-keys.js';
import type { Intake } from '../interactions/intake.js';
import { Departure } from './departure.js';
import { createGateway } from './gateway.js';
import { peersOf } from './peers.js';

/** How long balancers get to notice that this process is no longer ready, before it stops taking connections: many look once a second. */
const DRAIN_MS = 1_500;

/** Starts the gateway and stops it in order on a signal. */
export const serve = async (config: GatewayConfig): Promise<void> => {
  const tracing = await startTracing('gateway', config);
  const logger = createLogger('gateway', { level: config.LOG_LEVEL, tracing });
  const registry = createRegistry('gateway');
  watchTracing(tracing, registry, logger);
  const database = config.DATABASE_URL === undefined ? undefined : await connected(config.DATABASE_URL);
  const log = eventLogOf(config, logger);
  watchPools(registry, { tables: () => (database === undefined ? null : poolConnections(database)), log: () => log.connections() });
  const { ranker, intake, pools, observe } = peersOf(config, tracing);
  const gateway = await createGateway(config, { log, keys: keysOf(database), ranker, intake, registry, logger, tracing });
  observe(gateway.app);
  const admin = await startAdminServer({
    host: config.HOST,
    port: config.ADMIN_PORT,
    registry,
    settled: () => gateway.follower.settled(),
    readiness: gateway.readiness.check,
  });
  await Promise.all(pools.map((pool) => pool.start()));
  await log.ensureTopics([topics.papers]);
  await gateway.follower.start();
  await gateway.app.listen(config.PORT, config.HOST);
  const heartbeat = heartbeatOf(config, gateway.app.get(GatewayMetrics), { ranker, intake }, logger);
  heartbeat.start();
  const departure = new Departure(gateway.app.getHttpServer());
  announce(logger, config, gateway.app.getHttpServer().address() as AddressInfo);
  onShutdown(
    [
      { name: 'heartbeat', run: () => heartbeat.stop() },
      { name: 'drain', run: async () => drain(gateway.readiness, departure) },
      { name: 'http', run: () => departure.close(() => gateway.app.close()) },
      { name: 'catalogue', run: () => gateway.follower.stop() },
      { name: 'peers', run: () => pools.forEach((pool) => pool.close()) },
      { name: 'log', run: () => log.close() },
      { name: 'database', run: async () => database?.destroy() },
      { name: 'traces', run: () => tracing.close(), limitMs: 3_000 },
      { name: 'admin', run: () => admin.close() },
    ],
    logger,
  );
};

const heartbeatOf = (
  config: GatewayConfig,
  metrics: GatewayMetrics,
  { ranker, intake }: { readonly ranker: Ranker; readonly intake: Intake },
  logger: Logger,
): Heartbeat =>
  new Heartbeat({
    intake,
    ranker,
    secret: config.READER_REF_SECRET,
    everyMs: config.HEARTBEAT_S * 1_000,
    monotonic: () => performance.now(),
    observer: {
      beat: (seconds) => {
        metrics.heartbeatSeconds.observe(seconds);
        metrics.heartbeatSuccess.set(Date.now() / 1_000);
      },
      missed: (stage, error) => {
        metrics.heartbeatFailures.inc({ stage });
        logger.warn({ stage, err: error }, 'a heartbeat did not come through');
      },
    },
  });

const eventLogOf = (config: GatewayConfig, logger: Logger): EventLog => {
  // The configuration's rules have seen to it that a URL is there with BROKER=embedded.
  if (config.BROKER === 'embedded') return createEventLog({ broker: 'embedded', databaseUrl: config.DATABASE_URL ?? '' }, { logger });
  return createEventLog(
    {
      broker: 'kafka',
      brokers: config.KAFKA_BROKERS,
      clientId: `${config.KAFKA_CLIENT_ID}-${config.REPLICA_ID}`,
      replicationFactor: config.KAFKA_REPLICATION_FACTOR,
    },
    { logger },
  );
};

const connected = (url: string): Promise<DataSource> =>
  createDataSource({ url, applicationName: 'broadsheet-gateway', poolSize: 4 }).initialize();

const keysOf = (database: DataSource | undefined): ApiKeyStore =>
  database === undefined ? new NoApiKeys() : new PostgresApiKeys(new ApiKeys(database));

const drain = async (readiness: { drain(): void }, departure: Departure): Promise<void> => {
  readiness.drain();
  departure.announce();
  await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
};

const announce = (logger: Logger, config: GatewayConfig, { address, port }: AddressInfo): void => {
  logger.info(
    { url: `http://${address}:${port}`, rankers: config.RANKER_ADDRESSES.length, development: config.BROADSHEET_DEV },
    'listening',
  );
  if (config.BROADSHEET_DEV) logger.warn({}, 'development run: demo tokens, loopback only; readers may be simulated');
};
