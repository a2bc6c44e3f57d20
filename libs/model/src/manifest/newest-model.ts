import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJsonWith } from '#contracts';
import { MANIFEST_FILE, manifestSchema, versionPattern } from './manifest.js';

/**
 * The folder below `<root>/<name>` whose training ended last, by its manifest; null when there is none. Folders whose manifest can not be
 * read are passed over: whether the newest may serve is decided when it is loaded.
 */
export const newestModel = async (root: string, name: string): Promise<string | null> => {
  const entries = await readdir(join(root, name)).catch(() => []);
  const trained = await Promise.all(
    entries.filter((entry) => versionPattern.test(entry)).map((version) => trainedAt(join(root, name, version))),
  );
  const [newest] = trained.filter((model) => model !== null).sort((a, b) => b.at - a.at);
  return newest?.directory ?? null;
};

const trainedAt = async (directory: string): Promise<{ directory: string; at: number } | null> => {
  const text = await readFile(join(directory, MANIFEST_FILE), 'utf8').catch(() => '');
  const parsed = parseJsonWith(manifestSchema, text);
  return parsed.ok ? { directory, at: Date.parse(parsed.value.trained.at) } : null;
};
