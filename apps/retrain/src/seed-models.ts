import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '#config';

const absent: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);
const taken: ReadonlySet<unknown> = new Set(['ENOTEMPTY', 'EEXIST']);
const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);

const isThere = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (absent.has(codeOf(error))) return false;
      throw error;
    },
  );

const foldersIn = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/**
 * Copies `<from>/<name>/<version>/` that `to` does not have, each beside its place and then by a rename: a reader never sees half a model, a copy that was killed is made
 * again, and several may seed one volume at once. Out: what was copied, as `name/version`.
 * @throws {UsageError} there is no model below `from`.
 */
export const seedModels = async (from: string, to: string): Promise<readonly string[]> => {
  const copied: string[] = [];
  let found = 0;
  for (const name of (await isThere(from)) ? await foldersIn(from) : []) {
    for (const version of await foldersIn(join(from, name))) {
      found += 1;
      if (await isThere(join(to, name, version))) continue;
      await mkdir(join(to, name), { recursive: true });
      const beside = join(to, name, `.${version}-${randomUUID()}`);
      await cp(join(from, name, version), beside, { recursive: true });
      const moved = await rename(beside, join(to, name, version)).then(
        () => true,
        async (error: unknown) => {
          await rm(beside, { recursive: true, force: true });
          if (!taken.has(codeOf(error))) throw error;
          return false; // another was quicker, with the same version
        },
      );
      if (moved) copied.push(`${name}/${version}`);
    }
  }
  if (found === 0) throw new UsageError(`--from ${from}: must hold <name>/<version>/ of a model`);
  return copied;
};
