import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of one test's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Drops it, cutting whoever is still connected. `await using` calls this; with KEEP_TEST_DATABASES=1 nothing is dropped. */
  drop(): Promise<void>;
}

const serverUrl = (): string => {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined || url === '')
    throw new Error('TEST_DATABASE_URL is not set: run this test with jest, in the project "integration"');
  return url;
};

/** One statement on the server's own database: CREATE and DROP DATABASE need a connection elsewhere, and no transaction. */
const onServer = async (statement: string): Promise<void> => {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/**
 * Creates an empty database: `await using db = await freshDatabase();`. Tables of different tests never meet, and tests may run at once.
 * Run with KEEP_TEST_DATABASES=1 to look at what a failing test left (the server then has to be kept as well: TEST_DATABASE_URL of yours).
 */
export const freshDatabase = async (): Promise<TestDatabase> => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`create database ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  const drop = async (): Promise<void> => {
    if (process.env.KEEP_TEST_DATABASES === '1') return;
    await onServer(`drop database if exists ${name} with (force)`);
  };
  return { name, url: url.href, drop, [Symbol.asyncDispose]: drop };
};
