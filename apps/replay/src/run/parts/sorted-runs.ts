import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { linesOf, type Stretch } from './line-blocks.js';
import { keyOf } from './part-line.js';

/** Bytes of lines that are sorted in memory at once. */
const CHUNK_BYTES = 16 * 1024 * 1024;

interface Chunk {
  readonly lines: readonly string[];
  readonly from: number;
  readonly to: number;
}

function* chunksOf(file: number, bytes: number): Generator<Chunk> {
  let lines: string[] = [];
  let from = 0;
  let to = 0;
  for (const line of linesOf({ file, from: 0, to: fstatSync(file).size })) {
    lines.push(line);
    to += line.length + 1;
    if (to - from < bytes) continue;
    yield { lines, from, to };
    lines = [];
    from = to;
  }
  if (lines.length > 0) yield { lines, from, to };
}

/** By key; equal keys by the whole line, so that the order is total. */
export const byKey = (a: string, b: string): number => {
  const [keyA, keyB] = [keyOf(a), keyOf(b)];
  if (keyA !== keyB) return keyA < keyB ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
};

const isSorted = (lines: readonly string[]): boolean => lines.every((line, at) => at === 0 || byKey(lines[at - 1]!, line) <= 0);

/** Where sorted copies go of what was not written in order. */
class Spill {
  #end = 0;

  constructor(private readonly file: number) {}

  put(lines: readonly string[]): Stretch {
    const bytes = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
    const from = this.#end;
    for (let at = 0; at < bytes.length;) at += writeSync(this.file, bytes, at, bytes.length - at, from + at);
    this.#end += bytes.length;
    return { file: this.file, from, to: this.#end };
  }
}

/** Part files as stretches that are each in order, to be merged. They stay open until this is disposed of. */
export class SortedRuns implements Disposable {
  readonly stretches: Stretch[] = [];
  readonly #files: number[] = [];
  readonly #spill: Spill;

  /** @param spill file for sorted copies; made anew. @param chunkBytes how much is sorted in memory at once. */
  constructor(
    spill: string,
    private readonly chunkBytes = CHUNK_BYTES,
  ) {
    this.#spill = new Spill(this.open(spill, 'w+'));
  }

  /** Takes a part file in; rests between chunks, so that a signal can be seen. */
  async add(path: string, rest: () => Promise<void>): Promise<void> {
    const file = this.open(path, 'r');
    let last: string | null = null;
    for (const chunk of chunksOf(file, this.chunkBytes)) {
      last = this.addChunk(file, chunk, last);
      await rest();
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) closeSync(file);
  }

  private open(path: string, flags: 'r' | 'w+'): number {
    const file = openSync(path, flags);
    this.#files.push(file);
    return file;
  }

  /** What is in order already is read where it lies. @returns the last line, when the next chunk may join this stretch; else null. */
  private addChunk(file: number, { lines, from, to }: Chunk, last: string | null): string | null {
    if (!isSorted(lines)) {
      this.stretches.push(this.#spill.put(lines.toSorted(byKey)));
      return null;
    }
    const before = this.stretches.at(-1);
    if (last !== null && before !== undefined && byKey(last, lines[0]!) <= 0) this.stretches.splice(-1, 1, { ...before, to });
    else this.stretches.push({ file, from, to });
    return lines.at(-1)!;
  }
}
