import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { freshDatabase } from './database.js';
import { testBrokers } from './topics.js';

const brokers = testBrokers();

describe('the servers of a test run', () => {
  it('gives each test a PostgreSQL database of its own and drops it afterwards', async () => {
    const names: string[] = [];
    for (let round = 0; round < 2; round++) {
      await using db = await freshDatabase();
      names.push(db.name);
      const client = new Client({ connectionString: db.url });
      await client.connect();
      const { rows } = await client.query<{ tables: string; version: string }>(
        `select current_setting('server_version') as version, (select count(*) from pg_tables where schemaname = 'public') as tables`,
      );
      await client.query('create table left_over (id int)');
      await client.end();
      expect(rows).toEqual([{ tables: '0', version: expect.stringMatching(/^18\./) as unknown }]);
    }
    await using other = await freshDatabase();
    const client = new Client({ connectionString: other.url });
    await client.connect();
    const { rows } = await client.query('select 1 from pg_database where datname = any($1)', [names]);
    await client.end();
    expect(rows).toEqual([]);
  });

  (brokers === null ? it.skip : it)('runs a real Kafka broker', async () => {
    const admin = new Kafka({ brokers: [...(brokers ?? [])], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const cluster = await admin.describeCluster();
    await admin.disconnect();
    expect(cluster.brokers).toHaveLength(1);
  });
});
