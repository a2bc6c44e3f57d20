import { createDataSource, type DataSource, type DatabaseOptions } from '#persistence';

/**
 * PostgreSQL, connected when somebody asks. The ranker starts, ranks and stops without it: it only keeps snapshots and the model registry
 * there, and both have an answer for "away".
 */
export class Database {
  private connecting: Promise<DataSource> | undefined;

  constructor(private readonly options: DatabaseOptions) {}

  /** @throws when the server cannot be reached now; the next call tries anew. */
  connected(): Promise<DataSource> {
    this.connecting ??= createDataSource(this.options)
      .initialize()
      .catch((error: unknown) => {
        this.connecting = undefined;
        throw error;
      });
    return this.connecting;
  }

  async close(): Promise<void> {
    const dataSource = await this.connecting?.catch(() => undefined);
    await dataSource?.destroy();
  }
}
