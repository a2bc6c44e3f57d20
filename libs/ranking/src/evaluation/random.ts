/** Looked up once: in the sandboxes that tests run in, each look-up of a global costs more than the multiplication. */
const { imul } = Math;

/** A seeded stream of numbers in [0, 1). The only randomness in ranking: seeds are arguments, so every draw can be made again. */
export type Random = () => number;

const splitMix = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = imul(z ^ (z >>> 16), 0x85ebca6b);
    z = imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
};

const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/**
 * xoshiro128** seeded through splitmix32, 32 bits a draw. Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021.
 * @param seed any safe integer; its high and low halves both count.
 */
export const seededRandom = (seed: number): Random => {
  const mix = splitMix((seed >>> 0) ^ imul(Math.floor(seed / 2 ** 32) >>> 0, 0x27d4eb2f));
  let a = mix();
  let b = mix();
  let c = mix();
  let d = mix() | 1; // all zeros would stay zeros
  return () => {
    const draw = imul(rotate(imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return draw / 2 ** 32;
  };
};

/** A whole number in [0, below). */
export const drawBelow = (random: Random, below: number): number => Math.floor(random() * below);
