/** What is known of a live key. The key itself is shown once, when it is made, and stored nowhere: only its SHA-256 is. */
export interface ApiKeyRecord {
  readonly id: string;
  /** Whom it belongs to: papers it publishes carry the source `publisher:<name>`. */
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Looks API keys up by their hash. */
export abstract class ApiKeyStore {
  /** The key that this text is, or null when it is unknown or revoked. */
  abstract find(key: string): Promise<ApiKeyRecord | null>;
}

/** For a gateway without a database: no key is known. */
export class NoApiKeys extends ApiKeyStore {
  async find(): Promise<null> {
    return null;
  }
}
