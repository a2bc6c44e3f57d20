import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rendered } from './target.js';

/** A name of letters that every file system takes. */
const fileName = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 120);

/** Writes `SELECTION-PERIOD.txt`, `.html` and `.json` (JSON Feed), each whole or not at all. Writing them again gives the same files: no record is kept. */
export const writeToDirectory = async (directory: string, { digest, text, html, jsonFeed }: Rendered): Promise<readonly string[]> => {
  await mkdir(directory, { recursive: true });
  const stem = `${fileName(digest.selection)}-${digest.period.key}`;
  const files = Object.entries({ txt: text, html, json: jsonFeed }).map(([ending, content]) => ({
    path: join(directory, `${stem}.${ending}`),
    content,
  }));
  for (const { path, content } of files) {
    await writeFile(`${path}.part`, content);
    await rename(`${path}.part`, path);
  }
  return files.map(({ path }) => path);
};
