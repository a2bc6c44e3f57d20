import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

const BUFFER_CHARS = 256 * 1024;

/** Writes a file of the run beside its place and moves it there when it is whole, with the SHA-256 of its bytes. */
export class HashedFile implements Disposable {
  readonly #hash = createHash('sha256');
  readonly #file: number;
  #lines: string[] = [];
  #chars = 0;
  #open = true;

  constructor(private readonly path: string) {
    this.#file = openSync(this.beside, 'w');
  }

  /** A line without its end; Latin-1, as `linesOf` reads them: one character a byte. */
  line(text: string): void {
    this.#lines.push(text);
    this.#chars += text.length + 1;
    if (this.#chars >= BUFFER_CHARS) this.flush();
  }

  /** @returns the SHA-256 in hex. The bytes are on the disk by then. */
  finish(): string {
    this.flush();
    fsyncSync(this.#file);
    this[Symbol.dispose]();
    renameSync(this.beside, this.path);
    return this.#hash.digest('hex');
  }

  /** Gives up what was not finished; it is written anew the next time. */
  [Symbol.dispose](): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }

  private get beside(): string {
    return `${this.path}.unfinished`;
  }

  private flush(): void {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`, 'latin1');
    this.#lines = [];
    this.#chars = 0;
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
  }
}
