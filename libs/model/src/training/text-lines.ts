import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** Lines of a text file that are not empty, with their numbers from 1; gzipped if its name says so. */
export async function* linesOf(path: string): AsyncGenerator<{ line: string; number: number }> {
  const bytes = createReadStream(path);
  const input = path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line !== '') yield { line, number };
  }
}
