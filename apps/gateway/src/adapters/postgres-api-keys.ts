import type { ApiKeys } from '#persistence';
import { type ApiKeyRecord, ApiKeyStore } from '../identity/api-keys.js';

/** API keys in PostgreSQL. */
export class PostgresApiKeys extends ApiKeyStore {
  constructor(private readonly keys: ApiKeys) {
    super();
  }

  find(key: string): Promise<ApiKeyRecord | null> {
    return this.keys.find(key);
  }
}
