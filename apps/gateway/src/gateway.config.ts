import { z } from 'zod';
import {
  adminBlock,
  addresses,
  boolean,
  brokerBlock,
  brokerRule,
  integer,
  list,
  loggingBlock,
  milliseconds,
  port,
  secret,
  seconds,
  tracesEdgeBlock,
} from '#config';
import { developmentSecret, isLoopback } from './identity/development.js';

const MIB = 1024 * 1024;

const settings = z.object({
  ...loggingBlock,
  ...adminBlock(9080),
  ...brokerBlock,
  ...tracesEdgeBlock,
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
    .optional()
    .describe('PostgreSQL with the API keys; also the embedded log. Without it no API key is accepted.'),
  PORT: port.default(8080).describe('Port of the HTTP API.'),
  REPLICA_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/, 'must be 1 to 60 of A-Z a-z 0-9 . _ -')
    .default('gateway-0')
    .describe('Name of this process among its peers.'),
  RANKER_ADDRESSES: addresses
    .default([{ host: '127.0.0.1', port: 7020, dns: false }])
    .describe('Rankers, one address a replica; dns:name:port is resolved again every few seconds.'),
  INGEST_ADDRESSES: addresses.default([{ host: '127.0.0.1', port: 7010, dns: false }]).describe('Ingest processes.'),
  RANK_DEADLINE_MS: milliseconds(20, 10_000)
    .default(400)
    .describe('Longest wait for a ranking, retries included, before the fall-back answers.'),
  INTAKE_DEADLINE_MS: milliseconds(100, 60_000).default(10_000).describe('Longest wait for events to be durable.'),
  RPC_PROBE_INTERVAL_MS: milliseconds(50, 60_000).default(1_000).describe('Pause between health probes of each replica.'),
  HEARTBEAT_S: seconds(0, 3_600)
    .default(15)
    .describe('Time between two heartbeat events that measure the way to the rankings; 0 sends none.'),
  FEED_FRESH_MS: milliseconds(0, 60_000).default(250).describe('Age up to which a shared feed is answered without asking a ranker.'),
  FEED_STALE_MS: milliseconds(0, 60_000).default(1_000).describe('Age up to which a shared feed is answered while a newer one is fetched.'),
  FEED_CACHE_BYTES: integer(MIB, 4096 * MIB)
    .default(64 * MIB)
    .describe('Memory for ready shared feeds.'),
  CARD_CACHE_BYTES: integer(MIB, 4096 * MIB)
    .default(128 * MIB)
    .describe('Memory for ready paper cards.'),
  CATALOGUE_MAX_BYTES: integer(MIB, 65_536 * MIB)
    .default(1024 * MIB)
    .describe('Text of papers above which this process calls itself not ready.'),
  BROADSHEET_DEV: boolean.default(false).describe('Development: demo secrets, loopback only.'),
  JWT_SHARED_SECRET: secret().optional().describe('Checks reader tokens signed with HS256.'),
  JWT_JWKS_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional()
    .describe('Keys that check reader tokens signed with RS256, ES256 or EdDSA.'),
  JWT_ISSUER: z.string().min(1).max(300).optional().describe('`iss` that reader tokens must carry.'),
  JWT_AUDIENCE: z.string().min(1).max(300).optional().describe('`aud` that reader tokens must carry.'),
  READER_REF_SECRET: secret()
    .optional()
    .describe('Makes readers pseudonyms out of token subjects. Changing it makes every reader a new one.'),
  CURSOR_SECRET: secret().optional().describe('Signs cursors and positions. The same on every gateway.'),
  CURSOR_TTL_S: seconds(10, 86_400).default(3_600).describe('How long a cursor can be used.'),
  CORS_ORIGINS: list.default([]).describe('Origins whose pages may call the API; none by default.'),
  TRUST_PROXY_HOPS: integer(0, 10).default(0).describe('Reverse proxies in front, whose X-Forwarded-For is believed.'),
  RATE_LIMIT_READER_PER_MINUTE: integer(0, 10_000_000).default(6_000).describe('Requests a minute of one reader; 0 is no limit.'),
  RATE_LIMIT_READER_EVENTS_PER_MINUTE: integer(0, 100_000_000).default(6_000).describe('Events a minute of one reader; 0 is no limit.'),
  RATE_LIMIT_CLIENT_PER_MINUTE: integer(0, 10_000_000).default(60_000).describe('Requests a minute of one API key; 0 is no limit.'),
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: integer(0, 10_000_000)
    .optional()
    .describe('Requests a minute of one address without token or key; 0 is no limit. 6000; 0 in development, where all share one address.'),
  MAX_CONCURRENT_REQUESTS: integer(1, 100_000).default(1_000).describe('Requests under way above which further ones are answered 503.'),
  ACCESS_LOG: z.enum(['all', 'errors', 'none']).default('all').describe('Which requests are logged.'),
});

type Settings = z.output<typeof settings>;

/** Without keys anybody could be anybody, so the process refuses to start; development may, where only this machine can reach it. */
const keysRule = (config: Settings, context: z.RefinementCtx): void => {
  const issue = (variable: string, message: string): void => context.addIssue({ code: 'custom', path: [variable], message });
  if (config.BROADSHEET_DEV) {
    if (!isLoopback(config.HOST)) issue('HOST', 'must be a loopback address with BROADSHEET_DEV');
    return;
  }
  if (config.JWT_SHARED_SECRET === undefined && config.JWT_JWKS_URL === undefined) {
    issue('JWT_SHARED_SECRET', 'or JWT_JWKS_URL is required, or BROADSHEET_DEV=true on a loopback address');
  }
  for (const variable of ['READER_REF_SECRET', 'CURSOR_SECRET', 'JWT_ISSUER', 'JWT_AUDIENCE'] as const) {
    if (config[variable] === undefined) issue(variable, 'is required without BROADSHEET_DEV');
  }
};

const storeRule = (config: Settings, context: z.RefinementCtx): void => {
  if (config.BROKER === 'embedded' && config.DATABASE_URL === undefined) {
    context.addIssue({ code: 'custom', path: ['DATABASE_URL'], message: 'is required with BROKER=embedded' });
  }
};

/** In development every key has a value that is written in this repository, which is why only loopback may be bound. */
const complete = (config: Settings) => ({
  ...config,
  JWT_SHARED_SECRET:
    config.JWT_SHARED_SECRET ?? (config.BROADSHEET_DEV && config.JWT_JWKS_URL === undefined ? developmentSecret('tokens') : undefined),
  JWT_ISSUER: config.JWT_ISSUER ?? 'broadsheet-development',
  JWT_AUDIENCE: config.JWT_AUDIENCE ?? 'broadsheet',
  READER_REF_SECRET: config.READER_REF_SECRET ?? developmentSecret('readers'),
  CURSOR_SECRET: config.CURSOR_SECRET ?? developmentSecret('cursors'),
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: config.RATE_LIMIT_ANONYMOUS_PER_MINUTE ?? (config.BROADSHEET_DEV ? 0 : 6_000),
});

/** Every setting of the gateway. Read once, in `main.ts`. */
export const gatewayConfigSchema = settings.superRefine(brokerRule).superRefine(keysRule).superRefine(storeRule).transform(complete);
export type GatewayConfig = Readonly<z.output<typeof gatewayConfigSchema>>;
