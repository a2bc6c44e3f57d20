import { createDataSource, type DataSource } from '#persistence';

/**
 * Runs `work` with a connection on which the server refuses every write. One connection, since the refusal is a setting of the session.
 * @throws when the server can not be reached.
 */
export const withReadOnlyDatabase = async <T>(url: string, work: (database: DataSource) => Promise<T>): Promise<T> => {
  const database = createDataSource({ url, applicationName: 'broadsheet-replay', poolSize: 1 });
  await database.initialize();
  try {
    await database.query('SET default_transaction_read_only = on');
    return await work(database);
  } finally {
    await database.destroy();
  }
};
