import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const rootAbove = (folder: string): string => {
  // dist/ is inside the repository and has no lock file of its own.
  if (existsSync(join(folder, 'package-lock.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('this program is not inside a clone of the repository');
  return rootAbove(parent);
};

/** The folder of the clone, from the sources as well as from dist/. */
export const repositoryRoot = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** The program that an app or script was built to: `builtProgram('apps/ranker/src/main')`. */
export const builtProgram = (path: string): string => join(repositoryRoot, 'dist', `${path}.js`);

/** Imports a plain module of scripts/ from where it is: it finds its neighbours by its own place. */
export const importInPlace = async <T>(path: string): Promise<T> => (await import(pathToFileURL(join(repositoryRoot, path)).href)) as T;
