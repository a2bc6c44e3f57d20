import { createDataSource, type DataSource, migrate } from '#persistence';
import { freshDatabase } from './database.js';

export interface MigratedDatabase extends AsyncDisposable {
  readonly url: string;
  readonly dataSource: DataSource;
}

/** A database of one test's own with the whole schema: `await using db = await migratedDatabase();`. */
export const migratedDatabase = async (): Promise<MigratedDatabase> => {
  const database = await freshDatabase();
  const dataSource = createDataSource({ url: database.url, applicationName: 'test' });
  await dataSource.initialize();
  await migrate(dataSource);
  return {
    url: database.url,
    dataSource,
    [Symbol.asyncDispose]: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await database.drop();
    },
  };
};
