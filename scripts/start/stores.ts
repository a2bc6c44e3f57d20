import { join } from 'node:path';
import { Client } from 'pg';
import { importInPlace } from './repository.js';

interface LocalServer {
  readonly pid: number;
  stop(): Promise<void>;
}

interface KafkaModule {
  kafkaAvailable(options: { libs: string }): { ok: true } | { ok: false; reason: string };
  startKafka(options: { dataDir: string; libs: string; log: (line: string) => void }): Promise<LocalServer & { brokers: string }>;
}

interface PostgresModule {
  startPostgres(options: { dataDir: string; log: (line: string) => void }): Promise<LocalServer & { url: string }>;
}

/** The two things that keep data: where they are, and how to stop the ones that we started. */
export interface Stores {
  readonly broker: 'kafka' | 'embedded';
  readonly brokers: string | null;
  readonly databaseUrl: string;
  /** One line for people, with the reason when it is not what they would expect. */
  readonly about: string;
  stop(): Promise<void>;
}

export interface StoresOptions {
  readonly broker: 'auto' | 'kafka' | 'embedded';
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

type Log =
  | { readonly broker: 'kafka'; readonly brokers: string; readonly about: string; stop(): Promise<void> }
  | { readonly broker: 'embedded'; readonly about: string };

const nothingToStop = (): Promise<void> => Promise.resolve();

/** Finds or starts what carries the events. With `auto`, a local Kafka that can not be had is no error: the embedded log takes its place. */
const startLog = async ({ broker, dataDir, env, log }: StoresOptions): Promise<Log> => {
  if (broker === 'embedded') return { broker: 'embedded', about: 'events: the embedded log in PostgreSQL (--broker=embedded)' };
  if (env['KAFKA_BROKERS'])
    return { broker: 'kafka', brokers: env['KAFKA_BROKERS'], about: `events: Kafka at ${env['KAFKA_BROKERS']}`, stop: nothingToStop };
  const kafka = await importInPlace<KafkaModule>('scripts/servers/kafka.mjs');
  const libs = join(dataDir, 'kafka', 'libs');
  const available = kafka.kafkaAvailable({ libs });
  try {
    if (!available.ok) throw new Error(available.reason);
    const { brokers, stop } = await kafka.startKafka({ dataDir: join(dataDir, 'kafka'), libs, log });
    return { broker: 'kafka', brokers, about: `events: Apache Kafka of this run at ${brokers}`, stop };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'a local Kafka did not start';
    if (broker === 'kafka') throw new Error(`--broker=kafka: ${reason}`, { cause: error });
    return { broker: 'embedded', about: `events: the embedded log in PostgreSQL, because ${reason}` };
  }
};

/** PostgreSQL's own word for "there is one already". */
const DUPLICATE_DATABASE = '42P04';

/**
 * One database for each kind of log: archive positions and snapshots name offsets of the log they were made from, and
 * offsets of another log would skip or repeat records.
 */
export const databaseFor = async (serverUrl: string, broker: Stores['broker']): Promise<string> => {
  const name = `broadsheet_${broker}`;
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } catch (error) {
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};

const startDatabase = async ({
  dataDir,
  env,
  log,
}: StoresOptions): Promise<{ url: string; own: boolean; about: string; stop: () => Promise<void> }> => {
  if (env['DATABASE_URL'])
    return { url: env['DATABASE_URL'], own: false, about: 'archive: PostgreSQL of DATABASE_URL', stop: nothingToStop };
  const { startPostgres } = await importInPlace<PostgresModule>('scripts/servers/postgres.mjs');
  const { url, stop } = await startPostgres({ dataDir: join(dataDir, 'postgres'), log });
  return { url, own: true, about: `archive: PostgreSQL of this run at ${new URL(url).host}`, stop };
};

/** Starts or finds both stores at the same time. Either both are there, or what was started is stopped again. */
export const startStores = async (options: StoresOptions): Promise<Stores> => {
  const [log, database] = await Promise.allSettled([startLog(options), startDatabase(options)]);
  const stop = async (): Promise<void> => {
    if (log.status === 'fulfilled' && log.value.broker === 'kafka') await log.value.stop();
    if (database.status === 'fulfilled') await database.value.stop();
  };
  try {
    if (log.status === 'rejected') throw log.reason;
    if (database.status === 'rejected') throw database.reason;
    const { broker } = log.value;
    return {
      broker,
      brokers: log.value.broker === 'kafka' ? log.value.brokers : null,
      databaseUrl: database.value.own ? await databaseFor(database.value.url, broker) : database.value.url,
      about: `${log.value.about}; ${database.value.about}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
