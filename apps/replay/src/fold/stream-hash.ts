import { createHash, type Hash } from 'node:crypto';
import { positionKey } from '#contracts';
import type { StoredRecord } from '#event-log';

const NOTHING = 0xffffffff;

/** Identifies the records that were read: SHA-256 over the partitions in order, each by the SHA-256 of its records' offsets, keys and values in offset order. */
export class StreamHash {
  readonly #partitions = new Map<string, { readonly hash: Hash; records: number }>();
  readonly #head = Buffer.alloc(16);

  /** Partitions may take turns; within one, records come by offset. */
  add({ topic, partition, offset, key, value }: StoredRecord): void {
    const place = positionKey(topic, partition);
    let known = this.#partitions.get(place);
    if (known === undefined) this.#partitions.set(place, (known = { hash: createHash('sha256'), records: 0 }));
    known.records += 1;
    this.#head.writeBigUInt64BE(offset, 0);
    this.#head.writeUInt32BE(key === null ? NOTHING : Buffer.byteLength(key), 8);
    this.#head.writeUInt32BE(value === null ? NOTHING : value.length, 12);
    known.hash.update(this.#head);
    if (key !== null) known.hash.update(key);
    if (value !== null) known.hash.update(value);
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
    for (const [place, { hash }] of this.#sorted()) whole.update(place).update(hash.digest());
    return whole.digest('hex');
  }

  #sorted(): readonly (readonly [string, { readonly hash: Hash; readonly records: number }])[] {
    return [...this.#partitions].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
