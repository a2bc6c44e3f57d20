import { Failure } from '#contracts';
import type { Subscription, SubscribeOptions } from '#event-log';
import { LogFollower } from './log-follower.js';

class Mismatch extends Failure {
  readonly code = 'LOG_TOPIC_MISMATCH';
  readonly retryable = false;
}

const setUp = (failures: number, prepare: () => Promise<void> = () => Promise.resolve()) => {
  const seen = { attempts: 0, failed: 0, following: 0, stopped: 0, fatal: [] as string[] };
  let begun = (): void => undefined;
  const follows = new Promise<void>((resolve) => (begun = resolve));
  let options: SubscribeOptions | undefined;
  const subscription: Subscription = {
    ready: Promise.resolve(),
    lag: () => new Map(),
    waiting: () => new Map(),
    heard: () => new Map(),
    stop: async () => void (seen.stopped += 1),
  };
  const follower = new LogFollower({
    log: {
      subscribe: async (asked: SubscribeOptions) => {
        seen.attempts += 1;
        if (seen.attempts <= failures) throw new Error('broker away');
        options = asked;
        return subscription;
      },
    },
    topics: ['papers.v1'],
    group: 'broadsheet-ranker-0',
    positions: () => ({ 'papers.v1/0': '7' }),
    prepare,
    handle: async () => undefined,
    following: () => {
      seen.following += 1;
      begun();
    },
    failed: () => (seen.failed += 1),
    fatal: ({ code }) => seen.fatal.push(code),
    backoffMs: { first: 1, most: 2 },
  });
  return { follower, seen, follows, options: () => options };
};

describe('LogFollower', () => {
  it('reads every partition from where the state stands, under a group of its own', async () => {
    const { follower, follows, options } = setUp(0);
    follower.start();
    await follows;
    expect(options()).toMatchObject({ topics: ['papers.v1'], mode: 'all', group: 'broadsheet-ranker-0' });
    expect(await options()?.start([])).toEqual({ 'papers.v1/0': '7' });
    await follower.stop();
  });

  it('asks again until the log is there', async () => {
    const { follower, follows, seen } = setUp(3);
    follower.start();
    await follows;
    await follower.stop();
    expect(seen).toEqual({ attempts: 4, failed: 3, following: 1, stopped: 1, fatal: [] });
  });

  it('gives up on what will never be so', async () => {
    const { follower, seen } = setUp(0, () => Promise.reject(new Mismatch('7 partitions')));
    follower.start();
    await follower.stop();
    expect(seen).toEqual({ attempts: 0, failed: 0, following: 0, stopped: 0, fatal: ['LOG_TOPIC_MISMATCH'] });
  });

  it('stops at once while the log is away', async () => {
    const { follower, seen } = setUp(Infinity);
    follower.start();
    await follower.stop();
    const { attempts } = seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen.attempts).toBe(attempts);
  });
});
