import fc from 'fast-check';
import { TokenBuckets } from './token-buckets.js';

describe('token buckets', () => {
  it('fill evenly over the minute', () => {
    let now = 0;
    const buckets = new TokenBuckets({ policy: 'reader', perMinute: 60 }, () => now);
    expect(buckets.take('a', 60)).toMatchObject({ allowed: true, remaining: 0, resetS: 60, retryAfterS: 0 });
    expect(buckets.take('a')).toMatchObject({ allowed: false, retryAfterS: 1 });
    now = 10_000;
    expect(buckets.take('a', 10)).toMatchObject({ allowed: true, remaining: 0 });
    expect(buckets.take('b')).toMatchObject({ allowed: true, remaining: 59 });
    expect(buckets.headers(buckets.take('b', 9))).toEqual({ 'RateLimit-Policy': '"reader";q=60;w=60', RateLimit: '"reader";r=50;t=10' });
  });

  it('never allow more than the bucket and what flowed in, whatever comes when', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ wait: fc.nat(5_000), cost: fc.integer({ min: 1, max: 30 }) }), { maxLength: 100 }), (asks) => {
        let now = 0;
        let taken = 0;
        const buckets = new TokenBuckets({ policy: 'p', perMinute: 120 }, () => now);
        for (const { wait, cost } of asks) {
          now += wait;
          if (buckets.take('k', cost).allowed) taken += cost;
          expect(taken).toBeLessThanOrEqual(120 + (now * 120) / 60_000 + 1e-6);
        }
      }),
    );
  });

  it('allow what they said would be allowed, when they said', () => {
    let now = 0;
    const buckets = new TokenBuckets({ policy: 'p', perMinute: 7 }, () => now);
    buckets.take('k', 7);
    const { retryAfterS } = buckets.take('k', 3);
    now += retryAfterS * 1_000;
    expect(buckets.take('k', 3).allowed).toBe(true);
  });
});
