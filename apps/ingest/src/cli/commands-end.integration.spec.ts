import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { topics } from '#contracts';
import { createEventLog, type StoredRecord } from '#event-log';
import { createLogger } from '#telemetry';
import { type MigratedDatabase, migratedDatabase } from '#test-support/migrated-database';
import { testBrokers } from '#test-support/topics';
import { SystemClock } from '../clock.js';
import { LogDeadLetters } from '../consume/dead-letters.js';
import { type Broker, brokers } from '../fixtures/running-ingest.js';

jest.setTimeout(60_000);

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const LIMIT_MS = 20_000;

/** The program itself, as an operator starts it. A process that does not end by itself is killed, and has no exit code then. */
const command = async (env: Readonly<Record<string, string>>, ...args: string[]) => {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', './test/support/typescript.mjs', 'apps/ingest/src/main.ts', ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
};

describe.each(brokers)('a command of ingest over the %s log', (broker: Broker) => {
  let db: MigratedDatabase;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    db = await migratedDatabase();
    env = { DATABASE_URL: db.url, BROKER: broker, KAFKA_BROKERS: (testBrokers() ?? []).join(','), LOG_LEVEL: 'error' };
  });
  afterAll(() => db[Symbol.asyncDispose]());

  /** So that the commands have something to read: reading an empty log opens nothing. */
  const park = async (): Promise<void> => {
    const config =
      broker === 'kafka' ? { broker, brokers: testBrokers() ?? [], clientId: 'test' } : { broker, databaseUrl: db.url, pollEveryMs: 50 };
    const log = createEventLog(config, { logger: createLogger('test', { level: 'silent' }) });
    const at = { topic: topics.interactions.name, partition: 1, offset: 7n };
    const bad: StoredRecord = { ...at, key: 'r_one', value: Buffer.from('{'), headers: {}, timestamp: Date.now() };
    await new LogDeadLetters(log, 'archive', new SystemClock()).park(bad, { code: 'RECORD_NOT_JSON', message: 'no JSON' });
    await log.close();
  };

  it('ends by itself when its work is done', async () => {
    expect(await command(env, 'migrate')).toMatchObject({ code: 0 });
    await park();
    expect(await command(env, 'dead-letters', 'count')).toEqual({ code: 0, output: expect.stringContaining('RECORD_NOT_JSON') });
    expect(await command(env, 'dead-letters', 'list', '--json')).toMatchObject({ code: 0 });
    expect(await command(env, 'dead-letters', 'redrive', '--dry-run')).toMatchObject({ code: 0 });
    expect(await command(env, 'dead-letters', 'show', 'no-such-letter')).toMatchObject({ code: 1 });
  });
});
