import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type DataSource, IsNull } from 'typeorm';
import { ApiKeyRow } from './entities/api-key.entity.js';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

const hashOf = (key: string): Buffer => createHash('sha256').update(key, 'utf8').digest();

const keyOf = ({ id, name, scopes, createdAt, revokedAt }: ApiKeyRow): ApiKey => ({ id, name, scopes, createdAt, revokedAt });

/** API keys of clients and publishers. The key itself is shown once, when it is made, and never stored. */
export class ApiKeys {
  constructor(private readonly dataSource: DataSource) {}

  async create(name: string, scopes: readonly string[]): Promise<{ readonly id: string; readonly key: string }> {
    const key = `bsk_${randomBytes(32).toString('base64url')}`;
    const id = randomUUID();
    await this.dataSource.manager.insert(ApiKeyRow, { id, name, hash: hashOf(key), scopes: [...scopes] });
    return { id, key };
  }

  /** Adds a key that is known beforehand (development and tests); doing so again changes nothing. */
  async add(name: string, key: string, scopes: readonly string[]): Promise<void> {
    await this.dataSource.query(`INSERT INTO api_keys (id, name, hash, scopes) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING`, [
      randomUUID(),
      name,
      hashOf(key),
      scopes,
    ]);
  }

  /** The key that this text is, unless it is unknown or revoked. The look-up is by hash: timing tells nothing of the key. */
  async find(key: string): Promise<ApiKey | null> {
    const row = await this.dataSource.manager.findOneBy(ApiKeyRow, { hash: hashOf(key), revokedAt: IsNull() });
    return row === null ? null : keyOf(row);
  }

  async list(): Promise<readonly ApiKey[]> {
    return (await this.dataSource.manager.find(ApiKeyRow, { order: { createdAt: 'ASC' } })).map(keyOf);
  }

  async revoke(id: string): Promise<boolean> {
    const { affected } = await this.dataSource.manager.update(ApiKeyRow, { id, revokedAt: IsNull() }, { revokedAt: new Date() });
    return affected === 1;
  }
}
