import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { builtProgram } from './repository.js';
import type { System } from './system.js';

/** The demo of the repository, relative to its root. */
export const SEED_PAPERS = 'data/seed-page/papers.jsonl';

/** A file that `--papers` names is not there. Found before anything is started. */
export class PapersMissing extends Error {}

/** @throws {PapersMissing} */
export const demandPapers = (files: readonly string[]): readonly string[] =>
  files.map((file) => {
    const path = resolve(file);
    if (!existsSync(path)) throw new PapersMissing(`--papers ${file}: there is no such file or folder`);
    return path;
  });

/** A folder, or one JSON document, is saved answers of the Hub; anything else is JSON lines. */
const connectorOf = (path: string): 'hub-json' | 'jsonl' =>
  statSync(path).isDirectory() || /\.json(\.gz)?$/.test(path) ? 'hub-json' : 'jsonl';

/** Loads a file through ingest's connector, which shows its progress and keeps a checkpoint: what was loaded before is skipped. */
export const loadPapers = (system: System, path: string): Promise<void> =>
  system.runToEnd({ name: 'papers', program: builtProgram('apps/ingest/src/main'), args: ['load', connectorOf(path), path], echo: 'talk' });
