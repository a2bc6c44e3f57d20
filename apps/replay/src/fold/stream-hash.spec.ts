import fc from 'fast-check';
import { createHash } from 'node:crypto';
import type { StoredRecord } from '#event-log';
import { StreamHash } from './stream-hash.js';

const record = (partition: number, offset: number, key: string | null, value: string | null, topic = 'interactions.v1'): StoredRecord => ({
  topic,
  partition,
  offset: BigInt(offset),
  key,
  value: value === null ? null : Buffer.from(value),
  headers: {},
  timestamp: 0,
});

const hashOf = (records: readonly StoredRecord[]): string => {
  const hash = new StreamHash();
  for (const each of records) hash.add(each);
  return hash.digest();
};

const ordinary = [record(0, 0, 'a', 'one'), record(0, 1, 'b', 'two'), record(1, 0, 'c', 'three')];

describe('StreamHash', () => {
  it('is SHA-256 of the partitions, each of its offsets, lengths, keys and values', () => {
    const bytes = (offset: number, key: string, value: string): Buffer => {
      const head = Buffer.alloc(16);
      head.writeBigUInt64BE(BigInt(offset), 0);
      head.writeUInt32BE(Buffer.byteLength(key), 8);
      head.writeUInt32BE(Buffer.byteLength(value), 12);
      return Buffer.concat([head, Buffer.from(key), Buffer.from(value)]);
    };
    const big = 'é'.repeat(40_000);
    const partition = createHash('sha256')
      .update(Buffer.concat([bytes(3, 'ä', big), bytes(4, big, 'x')]))
      .digest();
    const expected = createHash('sha256').update('interactions.v1/2').update(partition).digest('hex');
    expect(hashOf([record(2, 3, 'ä', big), record(2, 4, big, 'x')])).toBe(expected);
  });

  it('does not depend on how partitions take turns', () => {
    const [a, b, c] = ordinary as [StoredRecord, StoredRecord, StoredRecord];
    expect(hashOf([a, c, b])).toBe(hashOf([a, b, c]));
  });

  it.each([
    { why: 'a value', records: [record(0, 0, 'a', 'One'), ...ordinary.slice(1)] },
    { why: 'a key', records: [record(0, 0, 'aa', 'one'), ...ordinary.slice(1)] },
    { why: 'an offset', records: [ordinary[0]!, record(0, 2, 'b', 'two'), ordinary[2]!] },
    { why: 'a tombstone for an empty value', records: [record(0, 0, 'a', null), ...ordinary.slice(1)] },
    { why: 'a partition', records: [...ordinary.slice(0, 2), record(2, 0, 'c', 'three')] },
    { why: 'a border between key and value', records: [record(0, 0, 'ao', 'ne'), ...ordinary.slice(1)] },
    { why: 'a record less', records: ordinary.slice(0, 2) },
  ])('differs by $why', ({ records }) => {
    expect(hashOf(records)).not.toBe(hashOf(ordinary));
  });

  it('is the same however large records are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 6 }), (sizes) => {
        const records = sizes.map((size, offset) => record(0, offset, 'k', 'x'.repeat(size)));
        const plain = createHash('sha256');
        for (const { offset, value } of records) {
          const head = Buffer.alloc(16);
          head.writeBigUInt64BE(offset, 0);
          head.writeUInt32BE(1, 8);
          head.writeUInt32BE(value!.length, 12);
          plain.update(head).update('k').update(value!);
        }
        const whole = createHash('sha256');
        if (records.length > 0) whole.update('interactions.v1/0').update(plain.digest());
        expect(hashOf(records)).toBe(whole.digest('hex'));
      }),
      { numRuns: 50 },
    );
  });
});
