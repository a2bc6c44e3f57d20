import { createDataSource, type DataSource } from '#persistence';

/**
 * Runs `work` with a database on which the server refuses every write.
 * @throws when the server can not be reached.
 */
export const withReadOnlyDatabase = async <T>(url: string, work: (database: DataSource) => Promise<T>): Promise<T> => {
  const database = createDataSource({ url, applicationName: 'broadsheet-replay', poolSize: 1, readOnly: true });
  await database.initialize();
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
};
