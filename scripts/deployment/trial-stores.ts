import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { databaseFor } from '../start/stores.js';
import { importInPlace, repositoryRoot } from '../start/repository.js';

interface LocalServer {
  readonly pid: number;
  stop(): Promise<void>;
}
interface ServerModules {
  startKafka(options: {
    dataDir: string;
    libs: string;
    log: (line: string) => void;
    settings: Record<string, string>;
  }): Promise<LocalServer & { brokers: string }>;
  startPostgres(options: { dataDir: string; log: (line: string) => void }): Promise<LocalServer & { url: string }>;
}

/** Passes connections on: a store is then at the address and port that the manifests say. */
export class Doorway {
  private readonly open = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async at(host: string, port: number, target: number): Promise<Doorway> {
    const server = createServer((visitor) => {
      const inner = connect(target, '127.0.0.1');
      for (const socket of [visitor, inner]) {
        doorway.open.add(socket);
        socket.once('close', () => doorway.open.delete(socket));
        socket.on('error', () => socket.destroy());
      }
      visitor.once('close', () => inner.destroy());
      inner.once('close', () => visitor.destroy());
      visitor.pipe(inner).pipe(visitor);
    });
    const doorway = new Doorway(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return doorway;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.open) socket.destroy();
    await closed;
  }
}

export interface TrialStores {
  readonly databaseUrl: string;
  /** Processes of both stores, to see whom they call. */
  readonly pids: Readonly<Record<'kafka' | 'postgres', number>>;
  stop(): Promise<void>;
}

export interface StoreAddresses {
  readonly kafka: string;
  readonly postgres: string;
}

export const KAFKA_PORT = 9092;
export const POSTGRES_PORT = 5432;

/** A real Kafka and a real PostgreSQL, behind doorways at the ports of the manifests. */
export const startTrialStores = async (dataDir: string, at: StoreAddresses, say: (line: string) => void): Promise<TrialStores> => {
  const libs = join(repositoryRoot, '.data/kafka/libs');
  const { startKafka } = await importInPlace<ServerModules>('scripts/servers/kafka.mjs');
  const { startPostgres } = await importInPlace<ServerModules>('scripts/servers/postgres.mjs');
  const started: { stop(): Promise<void> }[] = [];
  const doorways: Doorway[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(doorways.map((doorway) => doorway.close()));
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    const advertised = { 'advertised.listeners': `PLAINTEXT://${at.kafka}:${KAFKA_PORT}` };
    const kafka = await startKafka({ dataDir: join(dataDir, 'kafka'), libs, log: say, settings: advertised });
    started.push(kafka);
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), log: say });
    started.push(postgres);
    const inner = await databaseFor(postgres.url, 'kafka');
    doorways.push(await Doorway.at(at.kafka, KAFKA_PORT, Number(kafka.brokers.split(':')[1])));
    doorways.push(await Doorway.at(at.postgres, POSTGRES_PORT, Number(new URL(inner).port)));
    const url = new URL(inner);
    url.host = `postgres:${POSTGRES_PORT}`;
    return { databaseUrl: url.href, pids: { kafka: kafka.pid, postgres: postgres.pid }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const lines = (file: string): readonly string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
};

const socketsOf = (pid: number): ReadonlySet<string> => {
  try {
    return new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []));
  } catch {
    return new Set();
  }
};

const LISTEN = '0A';
const portOf = (address: string | undefined): number => parseInt(address?.split(':')[1] ?? '', 16);

/**
 * Ports that a process has connected to, as they stand now: sockets whose own end is no port that it listens on. What it calls of itself, as a broker
 * calls its own controller, stays inside of its pod and is left out.
 */
export const calledPorts = (pid: number): readonly number[] => {
  const own = socketsOf(pid);
  const rows = ['tcp', 'tcp6']
    .flatMap((table) => lines(`/proc/${pid}/net/${table}`))
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => own.has(fields[9] ?? ''));
  const listening = new Set(rows.filter((fields) => fields[3] === LISTEN).map((fields) => portOf(fields[1])));
  const called = rows.filter((fields) => fields[3] !== LISTEN && !listening.has(portOf(fields[1]))).map((fields) => portOf(fields[2]));
  return [...new Set(called)].filter((port) => !listening.has(port));
};
