import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { murmur2, partitionOf } from './partitioner.js';

describe('murmur2', () => {
  // From Apache Kafka's UtilsTest.testMurmur2 (4.1).
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as the Java client does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });
});

describe('partitionOf', () => {
  // Golden: a change here would send the keys of every existing log elsewhere.
  it.each([
    ['2310.01234', 6, 1],
    ['cs/0112017', 6, 1],
    ['r_0123456789abcdefghijklmno', 12, 8],
    ['', 12, 9],
    ['é中😀', 12, 11],
  ])('puts %s among %i partitions where it always was', (key, partitions, expected) => {
    expect(partitionOf(key, partitions)).toBe(expected);
  });

  it('agrees with the Java-compatible partitioner of kafkajs for any key and count', () => {
    const reference = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
        const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
          partitionErrorCode: 0,
          partitionId,
          leader: 1,
          replicas: [1],
          isr: [1],
        }));
        expect(partitionOf(key, partitions)).toBe(
          reference({ topic: 't', partitionMetadata, message: { key: Buffer.from(key), value: null } }),
        );
      }),
    );
  });
});
