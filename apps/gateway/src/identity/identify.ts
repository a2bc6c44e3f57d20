import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { hasScope, isApiKey, type ApiKeyScope, type ReaderRef } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';
import type { ApiKeyRecord, ApiKeyStore } from './api-keys.js';
import type { ReaderTokens } from './reader-tokens.js';

/** Who sent a request: a reader by token, a client by API key, both, or nobody we know. */
export interface Principal {
  readonly reader?: ReaderRef;
  readonly client?: ApiKeyRecord;
  /** The header that the client's key came in, so that a problem can name it. */
  readonly keyHeader?: KeyHeader;
}

export type KeyHeader = 'Authorization' | 'X-Api-Key';

export const anonymous: Principal = Object.freeze({});

/** The headers that identity is read from. */
export interface IdentityHeaders {
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
}

/** How long a key's record is believed before the store is asked again: a revoked key stops working within this time. */
const KEY_KNOWN_FOR_MS = 10_000;

/** Reads who is asking. `Authorization: Bearer` carries a reader's JWT or an API key (`bsk_...`); `X-Api-Key` carries a key beside a token. */
export class Identification {
  private readonly keys = new LRUCache<string, { readonly record: ApiKeyRecord | null }>({ max: 5_000, ttl: KEY_KNOWN_FOR_MS });

  constructor(
    private readonly tokens: ReaderTokens,
    private readonly store: ApiKeyStore,
  ) {}

  /** @throws {ProblemFailure} 401 for credentials that are there and wrong. None at all is `anonymous`. */
  async identify({ authorization, apiKey }: IdentityHeaders): Promise<Principal> {
    if (authorization === undefined && apiKey === undefined) return anonymous;
    const bearer = authorization === undefined ? undefined : bearerOf(authorization);
    const bearerKey = bearer !== undefined && isApiKey(bearer) ? bearer : undefined;
    const key = apiKey ?? bearerKey;
    const keyHeader: KeyHeader = apiKey === undefined ? 'Authorization' : 'X-Api-Key';
    const client = key === undefined ? undefined : await this.clientOf(key, keyHeader);
    const reader = bearer === undefined || bearerKey !== undefined ? undefined : await this.tokens.readerOf(bearer);
    return { ...(reader === undefined ? {} : { reader }), ...(client === undefined ? {} : { client, keyHeader }) };
  }

  private async clientOf(key: string, header: KeyHeader): Promise<ApiKeyRecord> {
    const record = isApiKey(key) ? await this.recordOf(key) : null;
    if (record !== null) return record;
    throw new ProblemFailure('API_KEY_INVALID', 'the API key is unknown or revoked', {
      errors: [{ field: header, rule: 'must carry a live API key' }],
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    });
  }

  /** Remembered by hash, so that a memory dump holds no key. Unknown keys are remembered too: guessing must not reach the database. */
  private async recordOf(key: string): Promise<ApiKeyRecord | null> {
    const hash = createHash('sha256').update(key).digest('base64');
    const cached = this.keys.get(hash);
    if (cached !== undefined) return cached.record;
    const record = await this.store.find(key);
    this.keys.set(hash, { record });
    return record;
  }
}

const bearerOf = (authorization: string): string => {
  const match = /^Bearer +([^\s]+)\s*$/i.exec(authorization);
  if (match?.[1] !== undefined) return match[1];
  throw new ProblemFailure('TOKEN_INVALID', 'Authorization must be `Bearer <token>`', {
    errors: [{ field: 'Authorization', rule: 'must be Bearer followed by a token' }],
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
};

const authenticationRequired = (what: string): ProblemFailure =>
  new ProblemFailure('AUTHENTICATION_REQUIRED', `${what} is needed here`, {
    errors: [{ field: 'Authorization', rule: `must carry ${what}` }],
    headers: { 'WWW-Authenticate': 'Bearer' },
  });

/** @throws {ProblemFailure} AUTHENTICATION_REQUIRED without a reader. */
export const requireReader = (principal: Principal): ReaderRef => {
  if (principal.reader === undefined) throw authenticationRequired("a reader's token");
  return principal.reader;
};

/** @throws {ProblemFailure} AUTHENTICATION_REQUIRED without a key, SCOPE_MISSING when the key may not. */
export const requireClient = (principal: Principal, scope: ApiKeyScope): ApiKeyRecord => {
  if (principal.client === undefined) throw authenticationRequired(`an API key with the scope ${scope}`);
  if (!hasScope(principal.client, scope)) {
    throw new ProblemFailure('SCOPE_MISSING', `the API key lacks the scope ${scope}`, {
      errors: [{ field: principal.keyHeader ?? 'Authorization', rule: `must carry a key with the scope ${scope}` }],
    });
  }
  return principal.client;
};
