/**
 * MurmurHash2, 32 bit, as Kafka's Java client computes it (seed 0x9747b28c, little-endian words): every producer
 * of a topic has to agree on it, or one key ends up in two partitions.
 * Source: Austin Appleby, MurmurHash2 (public domain); checked against vectors of kafkajs and of Kafka's own tests.
 */
export const murmur2 = (data: Uint8Array): number => {
  const M = 0x5bd1e995;
  const length = data.length;
  let hash = 0x9747b28c ^ length;
  const words = length & ~3;
  for (let at = 0; at < words; at += 4) {
    let word = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    word = Math.imul(word, M);
    word ^= word >>> 24;
    word = Math.imul(word, M);
    hash = Math.imul(hash, M) ^ word;
  }
  const rest = length - words;
  if (rest === 3) hash ^= data[words + 2]! << 16;
  if (rest >= 2) hash ^= data[words + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ data[words]!, M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
};

/** The partition of a key in a topic of `partitions`: the same on every adapter and in every process. */
export const partitionOf = (key: string, partitions: number): number => (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
