import { jest } from '@jest/globals';
import type { Batch, StoredRecord, SubscribeOptions } from '../event-log.js';
import { HeldPartitions } from './held-partitions.js';

const at = { topic: 't', partition: 0 };
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const record = (offset: number): StoredRecord => ({
  ...at,
  offset: BigInt(offset),
  key: 'k',
  value: Buffer.from('v'),
  headers: {},
  timestamp: 0,
});

const setUp = (handle: (batch: Batch) => Promise<void>) => {
  const asked: number[] = [];
  const begun: bigint[] = [];
  const revoked: number[] = [];
  const options: SubscribeOptions = {
    topics: ['t'],
    mode: 'shared',
    group: 'g',
    start: async (partitions) => {
      asked.push(partitions.length);
      return { 't/0': String(asked.length) };
    },
    handle,
    onRevoked: async (partitions) => void revoked.push(partitions.length),
  };
  const feed = {
    begin: (_: unknown, next: bigint) => void begun.push(next),
    pause: () => {},
    resume: () => {},
    bounds: async () => [{ partition: 0, earliest: 0n, end: 10n }],
    commit: async () => {},
  };
  const settings = { maxBatch: 10, backoff: { firstMs: 60_000, maxMs: 60_000, jitter: 0 }, commitEveryMs: 60_000 };
  return { held: new HeldPartitions(feed, options, settings, silent, {}), asked, begun, revoked };
};

describe('HeldPartitions', () => {
  it('keeps what it holds when the same partitions are assigned again', async () => {
    const { held, asked, revoked } = setUp(async () => {});
    await held.assigned([at]);
    await held.assigned([at]);
    expect({ asked, revoked }).toEqual({ asked: [1], revoked: [] });
    await held.stop();
  });

  it('says nothing of the lag of a partition until it has heard where the end is', async () => {
    const { held } = setUp(async () => {});
    await held.assigned([at]);
    expect(held.lag()).toEqual(new Map());
    held.sawEnd(at, 5n, Date.now());
    expect(held.lag()).toEqual(new Map([['t/0', 4n]]));
    held.received(at, [record(1), record(2), record(3), record(4)], 5n, Date.now());
    await new Promise((resolve) => setImmediate(resolve));
    expect(held.lag()).toEqual(new Map([['t/0', 0n]]));
    await held.stop();
  });

  it('asks anew for the same partitions after it had been out of the group, though a batch was waiting to be tried again', async () => {
    let fenced = true;
    const done: bigint[] = [];
    const { held, asked, begun, revoked } = setUp(async ({ records }) => {
      if (fenced) throw new Error('another owner has claimed it');
      done.push(...records.map(({ offset }) => offset));
    });
    await held.assigned([at]);
    held.received(at, [record(1), record(2)], 3n, Date.now());
    await new Promise((resolve) => setImmediate(resolve)); // the batch has failed and would come again in a minute
    fenced = false;
    await held.assigned([at], true);
    expect({ asked, begun, revoked }).toEqual({ asked: [1, 1], begun: [1n, 2n], revoked: [1] });
    held.received(at, [record(1), record(2)], 3n, Date.now());
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual([2n]);
    await held.stop();
  });

  describe('tells since when something waits', () => {
    const T0 = 1_700_000_000_000;
    let release: () => void = () => {};
    const held = (timestamps: readonly number[] = []) => {
      const set = setUp(() => new Promise((resolve) => (release = resolve)));
      const records = timestamps.map((timestamp, index) => ({ ...record(index + 1), timestamp }));
      return { ...set, records };
    };
    beforeEach(() => {
      jest.useFakeTimers({ now: T0, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    });
    afterEach(() => {
      release();
      jest.useRealTimers();
    });

    it('the oldest record of a batch, or the oldest that its handler has not done', async () => {
      const { held: partitions, records } = held([T0 - 9_000, T0 - 6_000, T0 - 3_000]);
      await partitions.assigned([at]);
      partitions.received(at, records, 4n, Date.now());
      expect(partitions.waiting()).toEqual(new Map([['t/0', T0 - 9_000]]));
      expect(partitions.waiting({ 't/0': '2' })).toEqual(new Map([['t/0', T0 - 6_000]]));
      expect(partitions.waiting({ 't/0': '4' })).toEqual(new Map());
    });

    it('a record that is known to be there and has not arrived, from when it was first known', async () => {
      const { held: partitions } = held();
      await partitions.assigned([at]);
      partitions.sawEnd(at, 1n, Date.now());
      jest.setSystemTime(T0 + 1_000);
      partitions.sawEnd(at, 2n, Date.now());
      jest.setSystemTime(T0 + 4_000);
      partitions.sawEnd(at, 2n, Date.now());
      expect(partitions.waiting()).toEqual(new Map([['t/0', T0 + 1_000]]));
      expect(partitions.heard()).toEqual(new Map()); // what waits is a guess
      partitions.received(at, [{ ...record(1), timestamp: T0 + 900 }], 2n, T0 + 4_000);
      expect(partitions.waiting()).toEqual(new Map([['t/0', T0 + 900]]));
      expect(partitions.heard()).toEqual(new Map([['t/0', T0 + 4_000]]));
    });

    it('and from before a silence, if it was found after one', async () => {
      const { held: partitions } = held();
      await partitions.assigned([at]);
      partitions.sawEnd(at, 1n, Date.now());
      jest.setSystemTime(T0 + 20_000);
      partitions.sawEnd(at, 9n, Date.now());
      expect(partitions.waiting()).toEqual(new Map([['t/0', T0]]));
    });

    it('a fetch that brought nothing says as much, as of when it was begun', async () => {
      const { held: partitions } = held();
      await partitions.assigned([at]);
      partitions.sawEnd(at, 1n, T0);
      partitions.fetched(at, T0 + 700);
      partitions.fetched(at, T0 + 100);
      expect(partitions.heard()).toEqual(new Map([['t/0', T0 + 700]]));
      partitions.sawEnd(at, 9n, T0 + 20_000);
      expect(partitions.waiting()).toEqual(new Map([['t/0', T0 + 700]]));
    });

    it('a partition that could not begin, from its assignment, or from what its former owner here had left', async () => {
      const { held: partitions, records } = held([T0 - 5_000]);
      const begun = partitions.assigned([at]);
      expect(partitions.waiting()).toEqual(new Map([['t/0', T0]]));
      await begun;
      partitions.received(at, records, 2n, Date.now());
      jest.setSystemTime(T0 + 1_000);
      const again = partitions.assigned([at], true);
      expect(partitions.waiting()).toEqual(new Map([['t/0', T0 - 5_000]]));
      release();
      await again;
      expect(partitions.waiting()).toEqual(new Map([['t/0', T0 - 5_000]]));
      partitions.sawEnd(at, 2n, Date.now());
      expect(partitions.waiting()).toEqual(new Map());
    });
  });
});
