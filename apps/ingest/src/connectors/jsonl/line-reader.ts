import { createReadStream, type ReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** One line, or word of one that is too long to hold. */
export type Line = { readonly number: number } & (
  { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too-long'; readonly bytes: number }
);

/** Longest line that is read: far over any paper, and small enough to hold. */
export const MAX_LINE_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;

/** A text file line by line, plain or gzipped (by name, `.gz`), in bounded memory whatever is in it. */
export class LineReader {
  private source: ReadStream | null = null;

  constructor(
    private readonly path: string,
    private readonly maxBytes = MAX_LINE_BYTES,
  ) {}

  /** Bytes of the file taken in so far, as it lies on disk. */
  get bytesRead(): number {
    return this.source?.bytesRead ?? 0;
  }

  async *lines(signal: AbortSignal): AsyncIterable<Line> {
    let number = 0;
    let parts: Buffer[] = [];
    let bytes = 0;
    const take = (): Line => {
      number += 1;
      const line: Line =
        bytes > this.maxBytes ? { kind: 'too-long', number, bytes } : { kind: 'line', number, text: Buffer.concat(parts).toString('utf8') };
      parts = [];
      bytes = 0;
      return line;
    };
    const keep = (part: Buffer): void => {
      bytes += part.length;
      if (bytes <= this.maxBytes) parts.push(part);
      else parts = [];
    };
    for await (const chunk of this.open(signal)) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
        keep(chunk.subarray(from, end));
        yield take();
        from = end + 1;
      }
      if (from < chunk.length) keep(chunk.subarray(from));
    }
    if (bytes > 0) yield take();
  }

  private open(signal: AbortSignal): AsyncIterable<Buffer> {
    this.source = createReadStream(this.path, { signal });
    if (!this.path.endsWith('.gz')) return this.source;
    // An error of either stream ends the iteration over the last one, so the callback has nothing to add.
    return pipeline(this.source, createGunzip(), () => undefined);
  }
}
