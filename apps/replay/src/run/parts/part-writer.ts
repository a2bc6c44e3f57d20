import { closeSync, openSync, writeSync } from 'node:fs';
import { partLine, type PartLine } from './part-line.js';

/** Bytes gathered before the file is written to: a kill loses at most this much, and it is done again. */
const BUFFER_BYTES = 256 * 1024;

/** Appends lines to a part file, several at a time. What has been written survives the process, not the machine. */
export class PartWriter {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #filled = 0;

  /** @param mode `begin` empties the file, `goOn` appends to what it has: whole lines (see `recoverPart`). */
  constructor(path: string, mode: 'begin' | 'goOn') {
    this.#file = openSync(path, mode === 'begin' ? 'w' : 'a');
  }

  write(line: PartLine): void {
    const text = partLine(line);
    // No character takes more than three bytes for one code unit.
    if (text.length * 3 > BUFFER_BYTES) return this.writeLong(text);
    if (text.length * 3 > BUFFER_BYTES - this.#filled) this.flush();
    this.#filled += this.#buffer.write(text, this.#filled, 'utf8');
  }

  flush(): void {
    this.writeWhole(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  private writeLong(text: string): void {
    this.flush();
    this.writeWhole(Buffer.from(text));
  }

  /** A full disk or a signal may cut one write short. */
  private writeWhole(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
  }
}
