import { join } from 'node:path';
import type * as kafkaModule from '../../../scripts/servers/kafka.mjs';
import type * as postgresModule from '../../../scripts/servers/postgres.mjs';
import { PortBook } from '../../../scripts/start/ports.js';
import { importInPlace, repositoryRoot } from '../../../scripts/start/repository.js';
import { databaseFor } from '../../../scripts/start/stores.js';
import { FaultProxy } from '../proxy/fault-proxy.js';
import { FaultyServer } from './faulty-server.js';
import { startOtherBroker, type OtherBroker } from './other-broker.js';

type Kafka = Pick<typeof kafkaModule, 'startKafka' | 'kafkaAvailable'>;
type Postgres = Pick<typeof postgresModule, 'startPostgres'>;

const HOST = '127.0.0.1';
/** Jars are fetched once for the clone, not once for a fleet. */
const libs = join(repositoryRoot, '.data/kafka/libs');
/** Lost on power failure, which no scenario simulates: processes are killed, machines are not. */
const fastDatabase = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export type StoreName = 'database' | 'broker';

export interface FleetStoresOptions {
  readonly dataDir: string;
  readonly seed: number;
  /** Which of them the services reach through a proxy. */
  readonly proxied: readonly StoreName[];
  readonly log: (line: string) => void;
}

/** The two stores of a fleet, on data of its own, and how to reach them. */
export interface FleetStores {
  readonly database: FaultyServer;
  readonly broker: FaultyServer;
  /** As the services see it: through the proxy, if there is one. */
  readonly databaseUrl: string;
  /** The same database without the proxy, for who checks. */
  readonly directUrl: string;
  /** Kafka names one address to all clients, so whoever checks goes through the proxy as well. */
  readonly brokers: string;
  /** While the broker is down: starts one by other means on its data, so that it finds its folder in use. */
  holdBrokerFolder(): Promise<OtherBroker>;
  stop(): Promise<void>;
}

const kafkaFolder = (dataDir: string): string => join(dataDir, 'kafka');

const freePort = (): Promise<number> => new PortBook().take(0);

const startBroker = async ({ dataDir, seed, proxied, log }: FleetStoresOptions): Promise<{ server: FaultyServer; brokers: string }> => {
  const { startKafka, kafkaAvailable } = await importInPlace<Kafka>('scripts/servers/kafka.mjs');
  const available = kafkaAvailable({ libs });
  if (!available.ok) throw new Error(available.reason);
  const port = await freePort();
  const proxy = proxied.includes('broker') ? await FaultProxy.before({ host: HOST, port }, seed) : undefined;
  const brokers = `${HOST}:${proxy?.address.port ?? port}`;
  const launch = async () => {
    const settings = { 'advertised.listeners': `PLAINTEXT://${brokers}`, 'group.min.session.timeout.ms': '1000' };
    const started = await startKafka({ dataDir: kafkaFolder(dataDir), libs, port, log, settings });
    if (started.brokers !== `${HOST}:${port}`) throw new Error(`port ${port} was taken while the broker was away`);
    return started;
  };
  return { server: await FaultyServer.start({ name: 'the broker', launch, hardSignal: 'SIGKILL', proxy }), brokers };
};

const startDatabase = async ({
  dataDir,
  seed,
  proxied,
  log,
}: FleetStoresOptions): Promise<{ server: FaultyServer; url: string; direct: string }> => {
  const { startPostgres } = await importInPlace<Postgres>('scripts/servers/postgres.mjs');
  const port = await freePort();
  const proxy = proxied.includes('database') ? await FaultProxy.before({ host: HOST, port }, seed + 1) : undefined;
  let url = '';
  const launch = async () => {
    const started = await startPostgres({ dataDir: join(dataDir, 'postgres'), port, log, settings: fastDatabase });
    if (new URL(started.url).port !== String(port)) throw new Error(`port ${port} was taken while PostgreSQL was away`);
    ({ url } = started);
    return started;
  };
  const server = await FaultyServer.start({ name: 'PostgreSQL', launch, hardSignal: 'SIGQUIT', proxy });
  const direct = await databaseFor(url, 'kafka');
  const seen = new URL(direct);
  seen.port = String(proxy?.address.port ?? port);
  return { server, url: seen.href, direct };
};

/** Either both stores are there, or what was started is stopped again. */
export const startFleetStores = async (options: FleetStoresOptions): Promise<FleetStores> => {
  const [broker, database] = await Promise.allSettled([startBroker(options), startDatabase(options)]);
  const stop = async (): Promise<void> => {
    if (broker.status === 'fulfilled') await broker.value.server.close();
    if (database.status === 'fulfilled') await database.value.server.close();
  };
  if (broker.status === 'fulfilled' && database.status === 'fulfilled')
    return {
      database: database.value.server,
      broker: broker.value.server,
      databaseUrl: database.value.url,
      directUrl: database.value.direct,
      brokers: broker.value.brokers,
      holdBrokerFolder: () => startOtherBroker(kafkaFolder(options.dataDir), libs),
      stop,
    };
  await stop();
  throw broker.status === 'rejected' ? broker.reason : database.status === 'rejected' ? database.reason : new Error('unreachable');
};
