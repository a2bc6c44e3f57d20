import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
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

const isSavedDailyPapers = (path: string): boolean => statSync(path).isDirectory() || /\.json$/.test(path);

/** Loads a file through ingest's connector, which keeps a checkpoint: what was loaded before is skipped. */
export const loadPapers = async (system: System, path: string, say: (line: string) => void): Promise<void> => {
  const began = performance.now();
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
  say(`papers: loading ${basename(path)}`);
  await system.runToEnd(
    {
      name: 'load-papers',
      program: builtProgram('apps/ingest/src/main'),
      args: ['load', isSavedDailyPapers(path) ? 'hf-daily-file' : 'jsonl', path],
    },
    () => {
      say(`papers: still loading ${basename(path)}, ${seconds()} s`);
    },
  );
  say(`papers: ${basename(path)} loaded in ${seconds()} s`);
};
