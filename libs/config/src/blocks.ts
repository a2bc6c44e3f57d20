import { z } from 'zod';
import { boolean, integer, list, number, port } from './settings.js';

/**
 * Settings that several processes take, to be spread into a schema:
 * `z.object({ ...loggingBlock, ...adminBlock(9010), ...brokerBlock }).superRefine(brokerRule)`.
 */

export const loggingBlock = {
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development').describe('What kind of run this is.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe log line that is written.'),
};

/** Bind address and port of `/metrics`, `/livez` and `/readyz`. Replicas on one machine add 1 to `defaultPort` each. */
export const adminBlock = (defaultPort: number) => ({
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to bind all ports of the process to.'),
  ADMIN_PORT: port.default(defaultPort).describe('Port of /metrics, /livez and /readyz.'),
});

export const databaseBlock = {
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
    .describe('PostgreSQL with the archive, checkpoints and keys; also the embedded log.'),
  DATABASE_POOL_SIZE: integer(1, 100).default(10).describe('Most connections this process opens.'),
};

export const modelsBlock = {
  MODELS_DIR: z.string().min(1).default('models').describe('Folder with `<name>/<version>/` of each model.'),
};

export const brokerBlock = {
  BROKER: z.enum(['kafka', 'embedded']).default('kafka').describe('Which adapter carries the event log.'),
  KAFKA_BROKERS: list.default([]).describe('Bootstrap brokers, needed with BROKER=kafka.'),
  KAFKA_REPLICATION_FACTOR: integer(1, 9)
    .default(1)
    .describe('Copies of each topic that is created, as many as there are brokers up to 3. All but one have to confirm a write.'),
  KAFKA_CLIENT_ID: z.string().min(1).max(100).default('broadsheet').describe('Name under which brokers see this client.'),
};

/** Traces of a process that is called by processes of ours: it records what it is told of. */
export const tracesBlock = {
  TRACES_EXPORTER: z
    .enum(['none', 'otlp'])
    .default('none')
    .describe('Where traces go: nowhere (nothing is recorded or loaded for them), or to a collector as OTLP over HTTP.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .default('http://127.0.0.1:4318')
    .describe('Base URL of the collector with TRACES_EXPORTER=otlp; `/v1/traces` is added.'),
};

/** Where requests come from outside it is decided which of them are traced, through all processes. */
export const tracesEdgeBlock = {
  ...tracesBlock,
  OTEL_TRACES_SAMPLER_ARG: number(0, 1).default(0.01).describe('Share of requests that are traced with TRACES_EXPORTER=otlp.'),
  TRACES_TRUST_CLIENTS: boolean
    .default(true)
    .describe("Whether a request's own `traceparent` says if it is traced; else only its trace id is taken, and the share decides."),
};

/** Rule over `brokerBlock`, for `superRefine`: Kafka needs brokers. */
export const brokerRule = (
  config: { readonly BROKER: string; readonly KAFKA_BROKERS: readonly string[] },
  context: z.RefinementCtx,
): void => {
  if (config.BROKER === 'kafka' && config.KAFKA_BROKERS.length === 0) {
    context.addIssue({ code: 'custom', path: ['KAFKA_BROKERS'], message: 'is required with BROKER=kafka' });
  }
};
