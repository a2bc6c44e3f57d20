import { createHash, type Hash } from 'node:crypto';
import { positionKey } from '#contracts';
import type { StoredRecord } from '#event-log';

const NOTHING = 0xffffffff;
/** Offset, length of the key, length of the value. */
const HEAD_BYTES = 16;
/** Handing bytes to the hash costs more than hashing them: they are gathered first. */
const GATHERED_BYTES = 32 * 1024;

/** SHA-256 over the records of one partition in offset order. */
class PartitionHash {
  records = 0;
  readonly #hash: Hash = createHash('sha256');
  readonly #gathered = Buffer.allocUnsafe(GATHERED_BYTES);
  #size = 0;

  add({ offset, key, value }: StoredRecord): void {
    this.records += 1;
    const keyBytes = key === null ? 0 : Buffer.byteLength(key);
    const head = this.#room(HEAD_BYTES);
    head.writeBigUInt64BE(offset, 0);
    head.writeUInt32BE(key === null ? NOTHING : keyBytes, 8);
    head.writeUInt32BE(value === null ? NOTHING : value.length, 12);
    if (key !== null && keyBytes <= GATHERED_BYTES) this.#room(keyBytes).write(key);
    else if (key !== null) this.#pass(key);
    if (value !== null && value.length <= GATHERED_BYTES) value.copy(this.#room(value.length));
    else if (value !== null) this.#pass(value);
  }

  digest(): Buffer {
    this.#handOver();
    return this.#hash.digest();
  }

  #room(bytes: number): Buffer {
    if (this.#size + bytes > GATHERED_BYTES) this.#handOver();
    const room = this.#gathered.subarray(this.#size, this.#size + bytes);
    this.#size += bytes;
    return room;
  }

  #pass(value: Buffer | string): void {
    this.#handOver();
    this.#hash.update(value);
  }

  #handOver(): void {
    this.#hash.update(this.#gathered.subarray(0, this.#size));
    this.#size = 0;
  }
}

/** Identifies the records that were read: SHA-256 over the partitions in order, each by the SHA-256 of its records' offsets, keys and values in offset order. */
export class StreamHash {
  readonly #partitions = new Map<string, PartitionHash>();

  /** Partitions may take turns; within one, records come by offset. */
  add(record: StoredRecord): void {
    const place = positionKey(record.topic, record.partition);
    let known = this.#partitions.get(place);
    if (known === undefined) this.#partitions.set(place, (known = new PartitionHash()));
    known.add(record);
  }

  /** Records by topic. */
  get records(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const [place, { records }] of this.#sorted()) {
      const topic = place.slice(0, place.lastIndexOf('/'));
      counts[topic] = (counts[topic] ?? 0) + records;
    }
    return counts;
  }

  /** In hex; ends the hashing. */
  digest(): string {
    const whole = createHash('sha256');
    for (const [place, hash] of this.#sorted()) whole.update(place).update(hash.digest());
    return whole.digest('hex');
  }

  #sorted(): readonly (readonly [string, PartitionHash])[] {
    return [...this.#partitions].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
