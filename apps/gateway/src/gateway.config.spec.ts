import { ConfigFailure, loadConfig } from '#config';
import { gatewayConfigSchema } from './gateway.config.js';

const secret = 's'.repeat(32);
const production = {
  KAFKA_BROKERS: 'kafka:9092',
  JWT_SHARED_SECRET: secret,
  JWT_ISSUER: 'i',
  JWT_AUDIENCE: 'a',
  READER_REF_SECRET: secret,
  CURSOR_SECRET: secret,
};
const refusedBy = (env: Record<string, string>): string[] => {
  try {
    loadConfig(gatewayConfigSchema, env);
  } catch (error) {
    if (error instanceof ConfigFailure) return error.problems.map(({ variable }) => variable);
    throw error;
  }
  return [];
};

describe('the configuration of the gateway', () => {
  it('starts with keys, on any address', () => {
    expect(refusedBy({ ...production, HOST: '0.0.0.0' })).toEqual([]);
    expect(loadConfig(gatewayConfigSchema, production)).toMatchObject({ BROADSHEET_DEV: false, RATE_LIMIT_ANONYMOUS_PER_MINUTE: 6_000 });
  });

  it('refuses to start without keys, and names every one', () => {
    expect(refusedBy({ KAFKA_BROKERS: 'kafka:9092' })).toEqual([
      'JWT_SHARED_SECRET',
      'READER_REF_SECRET',
      'CURSOR_SECRET',
      'JWT_ISSUER',
      'JWT_AUDIENCE',
    ]);
  });

  it('starts without keys in development, on loopback only', () => {
    const config = loadConfig(gatewayConfigSchema, { KAFKA_BROKERS: 'kafka:9092', BROADSHEET_DEV: 'true' });
    expect(config).toMatchObject({ HOST: '127.0.0.1', JWT_ISSUER: 'broadsheet-development', RATE_LIMIT_ANONYMOUS_PER_MINUTE: 0 });
    expect(config.JWT_SHARED_SECRET?.length).toBeGreaterThanOrEqual(32);
    for (const HOST of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example'])
      expect(refusedBy({ KAFKA_BROKERS: 'k:1', BROADSHEET_DEV: 'true', HOST })).toEqual(['HOST']);
  });

  it('takes a key set in place of a shared secret, and then no demo secret', () => {
    const { JWT_SHARED_SECRET: _, ...rest } = production;
    expect(refusedBy({ ...rest, JWT_JWKS_URL: 'https://issuer.example/jwks.json' })).toEqual([]);
    expect(
      loadConfig(gatewayConfigSchema, { KAFKA_BROKERS: 'k:1', BROADSHEET_DEV: 'true', JWT_JWKS_URL: 'https://issuer.example/jwks' })
        .JWT_SHARED_SECRET,
    ).toBeUndefined();
  });

  it('needs a database for the embedded log', () => {
    expect(refusedBy({ ...production, BROKER: 'embedded' })).toEqual(['DATABASE_URL']);
  });
});
