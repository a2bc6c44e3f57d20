import fc from 'fast-check';
import { backoffMs, pause } from './backoff.js';

describe('backoffMs', () => {
  const policy = { firstMs: 100, maxMs: 1000, jitter: 0.5 };

  it.each([
    { attempt: 1, random: 0, expected: 100 },
    { attempt: 2, random: 0, expected: 200 },
    { attempt: 4, random: 0, expected: 800 },
    { attempt: 5, random: 0, expected: 1000 },
    { attempt: 1e6, random: 0, expected: 1000 },
    { attempt: 2, random: 0.5, expected: 150 },
  ])('waits $expected ms before try $attempt when chance is $random', ({ attempt, random, expected }) => {
    expect(backoffMs(policy, attempt, random)).toBe(expected);
  });

  it('stays between half of the step and the maximum, whatever chance says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const wait = backoffMs(policy, attempt, random);
        expect(wait).toBeGreaterThanOrEqual(50);
        expect(wait).toBeLessThanOrEqual(1000);
      }),
    );
  });
});

describe('pause', () => {
  it('ends early when it is aborted, also when it was before', async () => {
    const controller = new AbortController();
    const waiting = pause(60_000, controller.signal);
    controller.abort();
    await waiting;
    await pause(60_000, controller.signal);
  });
});
