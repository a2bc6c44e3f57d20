import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const isCode = (file: string): boolean => /\.(js|ts)$/.test(file) && !/\.(spec|contract|d)\.ts$|\/fixtures\//.test(file);

const codeIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
    .filter(isCode)
    .sort();

/** The folder that holds apps/ and libs/: `dist` when built, else the repository. */
const codeRoot = fileURLToPath(new URL('../../../../', import.meta.url));

/** SHA-256 over the code of replay and of the libraries, as it runs. Two runs with the same hash differ by their inputs alone. */
export const codeHash = (root = codeRoot): string => {
  const hash = createHash('sha256');
  for (const part of ['apps/replay/src', 'libs'])
    for (const file of codeIn(join(root, part)))
      hash
        .update(`${file.slice(root.length)}\n`)
        .update(readFileSync(file))
        .update('\n');
  return hash.digest('hex');
};
