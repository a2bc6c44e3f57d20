import type { DevSecrets } from './dev-secrets.js';
import { developmentTokens } from './reader-tokens.js';
import type { Stores } from './stores.js';

type Environment = Readonly<Record<string, string>>;

const HOST = '127.0.0.1';

/** Ports of one process: HTTP or RPC, and admin. */
export interface ProcessPorts {
  readonly main: number;
  readonly admin: number;
}

export const adminUrl = ({ admin }: ProcessPorts): string => `http://${HOST}:${admin}`;
export const address = ({ main }: ProcessPorts): string => `${HOST}:${main}`;

/** What all services of a development system are told. An empty value counts as unset, so nothing of the shell shines through. */
export const everyService = (stores: Stores): Environment => ({
  NODE_ENV: 'development',
  LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
  HOST,
  BROKER: stores.broker,
  KAFKA_BROKERS: stores.brokers ?? '',
  DATABASE_URL: stores.databaseUrl,
  BROADSHEET_DEV: 'true',
});

export const ingestEnvironment = (stores: Stores, ports: ProcessPorts): Environment => ({
  ...everyService(stores),
  REPLICA_ID: 'ingest-0',
  RPC_PORT: String(ports.main),
  ADMIN_PORT: String(ports.admin),
});

export const rankerEnvironment = (stores: Stores, ports: ProcessPorts, replica: number): Environment => ({
  ...everyService(stores),
  REPLICA_ID: `ranker-${replica}`,
  RPC_PORT: String(ports.main),
  ADMIN_PORT: String(ports.admin),
  MODELS_DIR: process.env['MODELS_DIR'] ?? 'models',
});

export interface Peers {
  readonly ingest: ProcessPorts;
  readonly rankers: readonly ProcessPorts[];
}

export const gatewayEnvironment = (stores: Stores, ports: ProcessPorts, peers: Peers, secrets: DevSecrets): Environment => ({
  ...everyService(stores),
  REPLICA_ID: 'gateway-0',
  PORT: String(ports.main),
  ADMIN_PORT: String(ports.admin),
  INGEST_ADDRESSES: address(peers.ingest),
  RANKER_ADDRESSES: peers.rankers.map(address).join(','),
  JWT_SHARED_SECRET: secrets.tokens,
  JWT_ISSUER: developmentTokens.issuer,
  JWT_AUDIENCE: developmentTokens.audience,
  READER_REF_SECRET: secrets.readers,
  CURSOR_SECRET: secrets.cursors,
});

/** For measurements and faults: they look at the servers, not at the limits that protect them from greedy clients. */
export const withoutLimits: Environment = {
  RATE_LIMIT_READER_PER_MINUTE: '0',
  RATE_LIMIT_READER_EVENTS_PER_MINUTE: '0',
  RATE_LIMIT_CLIENT_PER_MINUTE: '0',
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: '0',
  ACCESS_LOG: 'errors',
  HEARTBEAT_S: '0', // they count the events that they sent, and no others
};
