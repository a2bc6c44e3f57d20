import { createDataSource, type DataSource, type DatabaseOptions, poolConnections } from '#persistence';

/**
 * PostgreSQL, connected when somebody asks. The ranker starts, ranks and stops without it: it only keeps snapshots and the model registry
 * there, and both have an answer for "away".
 */
export class Database {
  private connecting: Promise<DataSource> | undefined;
  private open: DataSource | undefined;

  constructor(private readonly options: DatabaseOptions) {}

  /** @throws when the server cannot be reached now; the next call tries anew. */
  connected(): Promise<DataSource> {
    this.connecting ??= createDataSource(this.options)
      .initialize()
      .then((dataSource) => (this.open = dataSource))
      .catch((error: unknown) => {
        this.connecting = undefined;
        throw error;
      });
    return this.connecting;
  }

  /** What its connections do now; null before the first. */
  connections(): ReturnType<typeof poolConnections> {
    return this.open === undefined ? null : poolConnections(this.open);
  }

  async close(): Promise<void> {
    const dataSource = await this.connecting?.catch(() => undefined);
    await dataSource?.destroy();
  }
}
