import { ModelRegistry } from '#persistence';
import type { RegistryEntry } from '#ranking';
import { RegistryReader } from '../models/registry-reader.js';
import type { Database } from './database.js';

/** The model registry in PostgreSQL. */
export class PostgresRegistryReader extends RegistryReader {
  constructor(private readonly database: Database) {
    super();
  }

  override async entries(): Promise<readonly RegistryEntry[]> {
    const active = await (await this.registry()).active();
    return active.map(({ name, version, role, arm = null, share = null }) => ({ name, version, role, arm, share }));
  }

  override async revision(): Promise<number> {
    return (await this.registry()).revision();
  }

  private async registry(): Promise<ModelRegistry> {
    return new ModelRegistry(await this.database.connected());
  }
}
