import { createHash } from 'node:crypto';
import { ByteWriter } from './bytes.js';

/** Copying and hashing as much takes some tenths of a millisecond. */
const PIECE_BYTES = 256 * 1024;

/**
 * Bytes that are written in steps, and their SHA-256 behind them. One buffer would be copied whole each time it grows, and hashed whole at
 * the end: steps that grow with the state. Here each costs the same.
 */
export class SnapshotPieces {
  readonly out = new ByteWriter();
  private readonly pieces: Uint8Array[] = [];
  private readonly sum = createHash('sha256');

  /** To be called between two steps: puts aside what was written. */
  settle(): void {
    if (this.out.view().length >= PIECE_BYTES) this.putAside();
  }

  /** All that was written and its checksum, in one array. */
  *joined(): Generator<undefined, Uint8Array> {
    this.putAside();
    this.pieces.push(this.sum.digest());
    const bytes = new Uint8Array(this.pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of this.pieces) {
      bytes.set(piece, at);
      at += piece.length;
      yield;
    }
    return bytes;
  }

  private putAside(): void {
    const piece = Uint8Array.from(this.out.view());
    this.out.reset();
    this.sum.update(piece);
    this.pieces.push(piece);
  }
}
