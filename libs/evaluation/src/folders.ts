import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { OptionProblem } from './options.js';
import type { EvaluationTask } from './task.js';

/** A folder that may hold a data set, and the names of the files in it. */
export interface DataFolder {
  readonly path: string;
  readonly name: string;
  readonly files: ReadonlySet<string>;
}

/**
 * The folder itself and those directly in it, by name.
 * @throws {OptionProblem} it is not there or can not be read.
 */
export const dataFolders = async (data: string): Promise<DataFolder[]> => {
  const path = resolve(data);
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    const code = codeOf(error);
    const why = code === 'ENOENT' ? 'there is no such folder' : code === 'ENOTDIR' ? 'is a file, a folder is needed' : String(code);
    throw new OptionProblem(`--data ${data}: ${why}`);
  });
  const below = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  const folders = await Promise.all([path, ...below.sort().map((name) => join(path, name))].map(folderAt));
  return folders.filter((folder) => folder !== null);
};

/** Asked by shape: an error of the platform need not be of this realm's `Error`. */
const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : error);

const folderAt = async (path: string): Promise<DataFolder | null> => {
  const files = await readdir(path).catch(() => null);
  return files === null ? null : { path, name: basename(path), files: new Set(files) };
};

/** Whether the folder holds all files of one of the task's layouts. A file that is needed without `.gz` may lie there gzipped. */
export const fits = ({ needs, alternatives = [] }: Pick<EvaluationTask, 'needs' | 'alternatives'>, { files }: DataFolder): boolean =>
  [needs, ...alternatives].some((layout) => layout.every((file) => files.has(file) || files.has(`${file}.gz`)));
