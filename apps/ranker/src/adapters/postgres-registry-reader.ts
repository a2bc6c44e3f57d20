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
    const active = await new ModelRegistry(await this.database.connected()).active();
    return active.map(({ name, version, role, arm = null, share = null }) => ({ name, version, role, arm, share }));
  }
}
