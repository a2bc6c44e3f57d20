import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exportStream } from '../../../apps/replay/src/stream/stream-export.js';
import { InventedSource, type InventedSizes } from './invented-source.js';

/**
 * Writes an invented stream below `folder`, unless one of these sizes is there.
 * @returns its `--source`.
 */
export const writtenStream = async (folder: string, sizes: InventedSizes, say: (line: string) => void): Promise<string> => {
  const path = join(folder, `stream-${Object.values(sizes).join('-')}`);
  if (existsSync(join(path, 'index.json'))) return `file:${path}`;
  rmSync(path, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  say(`writing a stream of ${sizes.interactions} interactions and ${sizes.requests} answers to ${path}`);
  const source = new InventedSource(sizes);
  const { earliest: from, end: to } = await source.bounds();
  await exportStream({ source, range: { from, to }, completeSince: null, folder: path, signal: new AbortController().signal });
  return `file:${path}`;
};
