import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { cursorOf } from './part-line.js';

const BLOCK = 64 * 1024;
const NEW_LINE = 0x0a;

/** Offset after the last line end before `end`; 0 when there is none. */
const afterLineEnd = (file: number, end: number): number => {
  const block = Buffer.allocUnsafe(BLOCK);
  for (let to = end; to > 0;) {
    const from = Math.max(0, to - BLOCK);
    readSync(file, block, 0, to - from, from);
    const found = block.lastIndexOf(NEW_LINE, to - from - 1);
    if (found >= 0 && found < to - from) return from + found + 1;
    to = from;
  }
  return 0;
};

const textBetween = (file: number, from: number, to: number): string => {
  const bytes = Buffer.allocUnsafe(to - from);
  readSync(file, bytes, 0, bytes.length, from);
  return bytes.toString('latin1');
};

/**
 * Makes a part file that a killed process left fit to be gone on with: an incomplete last line is cut off.
 * @returns the cursor of its last line; null when there is no line or no file.
 */
export const recoverPart = (path: string): number | null => {
  if (!existsSync(path)) return null;
  const file = openSync(path, 'r+');
  try {
    const end = afterLineEnd(file, fstatSync(file).size);
    ftruncateSync(file, end);
    return end === 0 ? null : cursorOf(textBetween(file, afterLineEnd(file, end - 1), end));
  } finally {
    closeSync(file);
  }
};
