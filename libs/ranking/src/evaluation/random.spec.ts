import { drawBelow, seededRandom } from './random.js';

describe('seededRandom', () => {
  it('gives the same stream for a seed and another for another', () => {
    const take = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
    expect(take(1)).not.toEqual(take(1 + 2 ** 32));
  });

  it('is even: ten bins of 100,000 draws are within four standard deviations', () => {
    const random = seededRandom(42);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) bins[drawBelow(random, 10)]!++;
    for (const bin of bins) expect(Math.abs(bin - 10_000)).toBeLessThan(4 * Math.sqrt(100_000 * 0.1 * 0.9));
  });
});
