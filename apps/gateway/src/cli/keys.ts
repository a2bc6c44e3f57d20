import { parseArgs } from 'node:util';
import { z } from 'zod';
import { databaseBlock, loadConfig } from '#config';
import { apiKeyScopes, type ApiKeyScope } from '#contracts';
import { ApiKeys, createDataSource } from '#persistence';

const usage = `usage:
  keys create --name NAME --scope ${apiKeyScopes.join('|')} [--scope ...]   prints the key once
  keys list
  keys revoke ID
Needs DATABASE_URL.
`;

const isScope = (text: string): text is ApiKeyScope => (apiKeyScopes as readonly string[]).includes(text);
/** A publisher's name becomes part of `source` in the log, so it is kept plain. */
const isName = (text: string | undefined): text is string => text !== undefined && /^[A-Za-z0-9][A-Za-z0-9._ -]{0,79}$/.test(text);

/** Manages API keys. Answers the exit code: 0, 1 when there was nothing to do it to, 2 when it was asked wrongly. */
export const keysCommand = async (args: readonly string[]): Promise<number> => {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { name: { type: 'string' }, scope: { type: 'string', multiple: true, default: [] } },
  });
  const [verb, id] = positionals;
  const wanted = values.scope;
  const sound =
    verb === 'list' ||
    (verb === 'revoke' && id !== undefined) ||
    (verb === 'create' && isName(values.name) && wanted.length > 0 && wanted.every(isScope));
  if (!sound) {
    process.stderr.write(usage);
    return 2;
  }
  const { DATABASE_URL: url } = loadConfig(z.object({ DATABASE_URL: databaseBlock.DATABASE_URL }));
  const database = await createDataSource({ url, applicationName: 'broadsheet-keys', poolSize: 1 }).initialize();
  try {
    return await run(new ApiKeys(database), verb, id, values.name ?? '', wanted);
  } finally {
    await database.destroy();
  }
};

const run = async (keys: ApiKeys, verb: string, id: string | undefined, name: string, wanted: readonly string[]): Promise<number> => {
  if (verb === 'create') {
    const made = await keys.create(name, wanted);
    process.stdout.write(`${made.key}\n`);
    process.stderr.write(`id ${made.id}; the key above is shown only now\n`);
    return 0;
  }
  if (verb === 'revoke') {
    const revoked = await keys.revoke(id ?? '');
    process.stdout.write(revoked ? 'revoked\n' : 'no live key has this id\n');
    return revoked ? 0 : 1;
  }
  for (const key of await keys.list()) {
    process.stdout.write(
      `${key.id}\t${key.name}\t${key.scopes.join(',')}\t${key.createdAt.toISOString()}\t${key.revokedAt === null ? 'live' : 'revoked'}\n`,
    );
  }
  return 0;
};
