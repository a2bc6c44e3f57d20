import { ModelTooSlowFailure } from './model-unfit.failure.js';
import { quickEnough } from './pace.js';

/** A scorer whose n-th run takes `msOf(n)` of a clock that we turn. */
const scorerTaking = (msOf: (run: number) => number) => {
  const seen = { now: 0, runs: 0, rows: 0, closed: false };
  const scorer = {
    name: 'personal',
    version: 'v',
    features: ['x', 'y'],
    heads: 1,
    score: async (rows: Float32Array, count: number) => {
      seen.now += msOf(seen.runs++);
      seen.rows = count;
      return rows.slice(0, count);
    },
    close: async () => void (seen.closed = true),
  };
  return { scorer, seen, now: () => seen.now };
};

describe('quickEnough', () => {
  it('passes a scorer of which one run in a hundred is late', async () => {
    const { scorer, seen, now } = scorerTaking((run) => (run === 40 ? 500 : 3));
    expect(await quickEnough(scorer, 50, now)).toBe(scorer);
    expect(seen).toMatchObject({ runs: 100, rows: 512, closed: false });
  });

  it('passes one that was only slow while the machine was busy', async () => {
    const { scorer, now } = scorerTaking((run) => (run < 4 ? 80 : 3));
    expect(await quickEnough(scorer, 50, now)).toBe(scorer);
  });

  it('closes one that is slow, says how slow, and does not waste a minute on it', async () => {
    const { scorer, seen, now } = scorerTaking(() => 80);
    await expect(quickEnough(scorer, 50, now)).rejects.toThrow(new ModelTooSlowFailure(80, 50, 512));
    expect(seen).toMatchObject({ runs: 6, closed: true });
  });
});
