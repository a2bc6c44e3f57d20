import { hasScope, isApiKey } from '#contracts';
import { AdminProblem } from './admin-problem.js';

/** Looks API keys up by their hash. */
export abstract class OperatorKeys {
  /** The key that this text is, or null when it is unknown or revoked. @throws when keys cannot be read now. */
  abstract find(key: string): Promise<{ readonly name: string; readonly scopes: readonly string[] } | null>;
}

/** Who gives this order. @throws {AdminProblem} nobody who may. */
export const requireOperator = async (authorization: string | undefined, keys: OperatorKeys): Promise<{ readonly name: string }> => {
  if (authorization === undefined) {
    throw new AdminProblem(401, 'AUTHENTICATION_REQUIRED', 'an API key with the scope models is needed here', {
      errors: [{ field: 'Authorization', rule: 'must be Bearer followed by an API key' }],
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  const key = /^Bearer +(\S+)\s*$/i.exec(authorization)?.[1];
  // What has not the form of a key does not reach the database.
  const record = key !== undefined && isApiKey(key) ? await keys.find(key) : null;
  if (record === null) {
    throw new AdminProblem(401, 'API_KEY_INVALID', 'the API key is unknown or revoked', {
      errors: [{ field: 'Authorization', rule: 'must carry a live API key' }],
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
  }
  if (hasScope(record, 'models')) return record;
  throw new AdminProblem(403, 'SCOPE_MISSING', `the key ${record.name} lacks the scope models`, {
    errors: [{ field: 'Authorization', rule: 'must carry a key with the scope models or admin' }],
  });
};
