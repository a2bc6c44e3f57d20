/** Looked up once: in the sandboxes that tests run in, each look-up of a global costs more than the multiplication. */
const { imul } = Math;

/** 64 bits of hash as two unsigned 32-bit lanes (a JavaScript number holds no 64-bit integer). */
export interface Hash64 {
  readonly lo: number;
  readonly hi: number;
}

const finalMix = (h: number): number => {
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

const round = (h: number, k: number): number => {
  k = imul(k, 0xcc9e2d51);
  k = imul((k << 15) | (k >>> 17), 0x1b873593);
  h ^= k;
  h = (h << 13) | (h >>> 19);
  return (imul(h, 5) + 0xe6546b64) | 0;
};

/**
 * A fast hash of UTF-16 code units: two murmur3 lanes with seeds of their own, crossed at the end. Not cryptographic; same on every machine.
 *
 * Used as a stand-in for event ids and counting keys. Among n keys of one set, some pair collides with odds of about n^2 / 2^65:
 * 3e-6 for ten million keys a day. A collision drops one event or leaves one count one short; it breaks nothing and is the same on every replica.
 */
export const hash64 = (text: string): Hash64 => {
  let lo = 0x9747b28c | 0;
  let hi = 0x3c6ef372 | 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    lo = round(lo, unit);
    hi = round(hi, unit ^ 0x5bd1e995);
  }
  lo = finalMix(lo ^ text.length);
  hi = finalMix(hi ^ lo ^ text.length);
  return { lo, hi };
};
