import { StateSnapshotFailure } from './state-snapshot.failure.js';

const SHORT_CHARS = 64;

/** Writes little-endian binary into one growing buffer. */
export class ByteWriter {
  private buffer = Buffer.allocUnsafe(1024);
  private used = 0;

  /** Begins again in the same memory; what `view` gave before is overwritten. */
  reset(): this {
    this.used = 0;
    return this;
  }

  u8(value: number): this {
    this.reserve(1);
    this.buffer[this.used++] = value;
    return this;
  }

  u32(value: number): this {
    this.reserve(4);
    this.used = this.buffer.writeUInt32LE(value >>> 0, this.used);
    return this;
  }

  f64(value: number): this {
    this.reserve(8);
    this.used = this.buffer.writeDoubleLE(value, this.used);
    return this;
  }

  /** A whole number up to 2^53, such as a time: two words, no fraction. */
  u64(value: number): this {
    return this.u32(Math.floor(value / 2 ** 32)).u32(value);
  }

  text(value: string): this {
    if (value.length <= SHORT_CHARS && this.shortAscii(value)) return this;
    const most = value.length * 3;
    this.reserve(4 + most);
    const written = this.buffer.write(value, this.used + 4, 'utf8');
    this.buffer.writeUInt32LE(written, this.used);
    this.used += 4 + written;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.u32(value.length).reserve(value.length);
    this.buffer.set(value, this.used);
    this.used += value.length;
    return this;
  }

  /** Typed arrays go as raw memory: all machines we run on are little-endian, and the header says so. */
  words(value: Uint32Array | Float32Array | Float64Array | Int32Array): this {
    return this.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }

  /** The same without a length before them: the caller has written it. */
  rawWords(value: Uint32Array): this {
    this.reserve(value.byteLength);
    this.buffer.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), this.used);
    this.used += value.byteLength;
    return this;
  }

  view(): Uint8Array {
    return this.buffer.subarray(0, this.used);
  }

  /** Ids and names are short and ASCII; a loop here is several times faster than a call into the encoder. */
  private shortAscii(value: string): boolean {
    this.reserve(4 + value.length);
    const { buffer } = this;
    let at = this.used + 4;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 127) return false;
      buffer[at++] = unit;
    }
    this.u32(value.length);
    this.used = at;
    return true;
  }

  private reserve(more: number): void {
    if (this.used + more <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.used + more, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.used);
    this.buffer = grown;
  }
}

/** Reads what `ByteWriter` wrote. @throws {StateSnapshotFailure} when the bytes end early. */
export class ByteReader {
  private readonly buffer: Buffer;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.buffer.readUInt8(this.take(1));
  }

  u32(): number {
    return this.buffer.readUInt32LE(this.take(4));
  }

  f64(): number {
    return this.buffer.readDoubleLE(this.take(8));
  }

  text(): string {
    const length = this.u32();
    const from = this.take(length);
    return this.buffer.toString('utf8', from, from + length);
  }

  /** A copy, so that a small array does not keep the whole snapshot alive. */
  bytes(): Uint8Array {
    const length = this.u32();
    const from = this.take(length);
    return new Uint8Array(this.buffer.subarray(from, from + length));
  }

  u32s(): Uint32Array {
    const bytes = this.bytes();
    return new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  }

  f32s(): Float32Array {
    const bytes = this.bytes();
    return new Float32Array(bytes.buffer, 0, bytes.length >> 2);
  }

  get ended(): boolean {
    return this.at === this.buffer.length;
  }

  private take(length: number): number {
    const from = this.at;
    if (from + length > this.buffer.length)
      throw new StateSnapshotFailure('it ends early', { at: from, wanted: length, bytes: this.buffer.length });
    this.at = from + length;
    return from;
  }
}
