import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isObject } from '../source-values.js';

export type DailyFile = { readonly ok: true; readonly rows: readonly unknown[] } | { readonly ok: false; readonly rule: string };

const unzip = promisify(gunzip);

/** A day is well under a megabyte; more than this is not one. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Saved by a program that encoded what was encoded already: seen twice, allowed a little more. */
const MAX_ENCODINGS = 4;

const decode = (content: string): unknown => {
  let value: unknown = content.replace(/^\uFEFF/, '');
  for (let turn = 0; turn < MAX_ENCODINGS && typeof value === 'string'; turn++) value = JSON.parse(value);
  return value;
};

const rowsOf = (value: unknown): readonly unknown[] | null => {
  if (Array.isArray(value)) return value as unknown[];
  if (!isObject(value)) return null;
  for (const name of ['papers', 'items', 'dailyPapers', 'data', 'results']) {
    const rows = value[name];
    if (Array.isArray(rows)) return rows as unknown[];
  }
  return isObject(value['paper']) ? [value] : null;
};

/** The rows of one saved answer of the daily-papers API, however it was wrapped and encoded. Never throws for what is in the file. */
export const readDailyFile = async (path: string): Promise<DailyFile> => {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) return { ok: false, rule: `must be at most ${MAX_FILE_BYTES} bytes, is ${size}` };
  try {
    const bytes = await readFile(path);
    const content = path.endsWith('.gz') ? await unzip(bytes, { maxOutputLength: MAX_FILE_BYTES }) : bytes;
    const rows = rowsOf(decode(content.toString('utf8')));
    return rows === null ? { ok: false, rule: 'must hold a list of papers' } : { ok: true, rows };
  } catch (error) {
    return { ok: false, rule: `must be JSON: ${error instanceof Error ? error.message : 'unreadable'}` };
  }
};
