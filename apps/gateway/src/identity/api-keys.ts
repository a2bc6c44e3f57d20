export const scopes = ['publish', 'interactions', 'admin'] as const;
/** `publish`: add and withdraw its own papers. `interactions`: send events for its readers, with trust `client`. `admin`: both, of anyone. */
export type Scope = (typeof scopes)[number];

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

/** How keys begin, so that one is told from a JWT at a glance, by us and by scanners for leaked secrets. */
export const isApiKey = (text: string): boolean => /^bsk?_[A-Za-z0-9_-]{8,200}$/.test(text);

/** True when one of the key's scopes, or `admin`, covers what is asked. */
export const hasScope = (key: Pick<ApiKeyRecord, 'scopes'>, scope: Scope): boolean =>
  key.scopes.includes(scope) || key.scopes.includes('admin');
