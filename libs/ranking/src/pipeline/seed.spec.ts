import { seedOf } from './seed.js';

describe('seedOf', () => {
  it('gives a request the same seed for ever: replay of old answers depends on it', () => {
    expect(seedOf('request-0001')).toBe(3699112243);
  });

  it('spreads requests over all 32 bits', () => {
    const seeds = Array.from({ length: 2000 }, (_, i) => seedOf(`request-${i}`));
    expect(new Set(seeds).size).toBe(2000);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
    const mean = seeds.reduce((sum, seed) => sum + seed, 0) / seeds.length / 2 ** 32;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  });
});
