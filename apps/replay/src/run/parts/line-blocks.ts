import { readSync } from 'node:fs';

/** A stretch of a file that holds whole lines. `file` is an open descriptor. */
export interface Stretch {
  readonly file: number;
  readonly from: number;
  readonly to: number;
}

const BLOCK = 128 * 1024;

/**
 * The lines of a stretch, without their ends. Bytes are read as Latin-1, one character each: what is written back as Latin-1 has the same bytes, whatever
 * the lines say, and no character is ever cut in two.
 */
export function* linesOf({ file, from, to }: Stretch): Generator<string> {
  const block = Buffer.allocUnsafe(Math.min(BLOCK, to - from));
  let rest = '';
  for (let at = from; at < to;) {
    const read = readSync(file, block, 0, Math.min(block.length, to - at), at);
    if (read === 0) throw new Error('a part file became shorter while it was read');
    at += read;
    const lines = (rest + block.toString('latin1', 0, read)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
