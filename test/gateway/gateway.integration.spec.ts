import { loadConfig } from '#config';
import { type Paper, type PaperId, topics } from '#contracts';
import { createEventLog, type EventLogConfig } from '#event-log';
import { ApiKeys } from '#persistence';
import { IsolatedLog } from '#test-support/isolated-log';
import { migratedDatabase } from '#test-support/migrated-database';
import { until } from '#test-support/until';
import { Catalogue } from '../../apps/gateway/src/catalogue/catalogue.js';
import { CatalogueFollower } from '../../apps/gateway/src/catalogue/catalogue-follower.js';
import { gatewayConfigSchema } from '../../apps/gateway/src/gateway.config.js';
import { Identification } from '../../apps/gateway/src/identity/identify.js';
import { ReaderTokens } from '../../apps/gateway/src/identity/reader-tokens.js';
import { PostgresApiKeys } from '../../apps/gateway/src/adapters/postgres-api-keys.js';
import { paper } from './gateway-under-test.js';
import { paperEvent } from './memory-log.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const brokers = (process.env['TEST_KAFKA_BROKERS'] ?? '').split(',').filter(Boolean);
const logs: { name: string; config: EventLogConfig; runs: boolean }[] = [
  { name: 'Kafka', config: { broker: 'kafka', brokers, clientId: 'gateway-test' }, runs: brokers.length > 0 },
  { name: 'the embedded log', config: { broker: 'embedded', databaseUrl: process.env['TEST_DATABASE_URL'] ?? '' }, runs: true },
];

const write = (log: IsolatedLog, ...papers: readonly Paper[]) =>
  log.append(
    topics.papers.name,
    papers.map((one) => ({ key: one.id, value: JSON.stringify(paperEvent(one)) })),
  );

describe.each(logs)('the catalogue over $name', ({ config, runs }) => {
  (runs ? it : it.skip)('holds what the log holds, follows it, and leaves out what is no paper', async () => {
    const log = new IsolatedLog(createEventLog(config, { logger: silent }));
    await log.ensureTopics([topics.papers]);
    await write(log, ...Array.from({ length: 300 }, (_, index) => paper(`2510.${10_000 + index}`)));
    await log.append(topics.papers.name, [
      { key: 'broken', value: '{"no": "paper"}' },
      { key: '2510.10001', value: null },
    ]);

    const catalogue = new Catalogue({ cardCacheBytes: 1_000_000 });
    const unreadable: string[] = [];
    const follower = new CatalogueFollower(log, catalogue, { folded: () => undefined, unreadable: (at) => unreadable.push(at) }, 'test');
    expect(follower.caughtUp()).toBe(false);
    await follower.start();
    await until('the catalogue has caught up', () => follower.caughtUp());
    expect(catalogue.size).toBe(299);
    expect(unreadable).toHaveLength(1);

    await write(log, paper('2510.99999', { title: 'Just in', aliases: ['alias-1'] }));
    await until('a new paper is there', () => catalogue.canonical('alias-1' as PaperId) === '2510.99999');
    await follower.stop();
    await log.close();
  });

  (runs ? it : it.skip)('has caught up at once with an empty log', async () => {
    const log = new IsolatedLog(createEventLog(config, { logger: silent }));
    await log.ensureTopics([topics.papers]);
    const follower = new CatalogueFollower(
      log,
      new Catalogue({ cardCacheBytes: 1_000_000 }),
      { folded: () => undefined, unreadable: () => undefined },
      'test',
    );
    await follower.start();
    expect(follower.caughtUp()).toBe(true);
    await follower.stop();
    await log.close();
  });
});

describe('API keys in PostgreSQL', () => {
  it('let in who has a live key, and nobody else', async () => {
    await using database = await migratedDatabase();
    const keys = new ApiKeys(database.dataSource);
    const made = await keys.create('acme', ['publish']);
    const settings = loadConfig(gatewayConfigSchema, { KAFKA_BROKERS: 'k:1', BROADSHEET_DEV: 'true' });
    const tokens = new ReaderTokens({
      sharedSecret: settings.JWT_SHARED_SECRET,
      issuer: 'i',
      audience: 'a',
      readerRefSecret: settings.READER_REF_SECRET,
    });
    const identification = () => new Identification(tokens, new PostgresApiKeys(keys));

    const principal = await identification().identify({ authorization: `Bearer ${made.key}` });
    expect(principal.client).toMatchObject({ id: made.id, name: 'acme', scopes: ['publish'] });
    expect((await identification().identify({ apiKey: made.key })).client?.id).toBe(made.id);
    await expect(identification().identify({ apiKey: `${made.key}x` })).rejects.toMatchObject({ code: 'API_KEY_INVALID' });
    await keys.revoke(made.id);
    await expect(identification().identify({ apiKey: made.key })).rejects.toMatchObject({ code: 'API_KEY_INVALID' });
  });
});
