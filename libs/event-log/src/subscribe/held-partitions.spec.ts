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
    held.sawEnd(at, 5n);
    expect(held.lag()).toEqual(new Map([['t/0', 4n]]));
    held.received(at, [record(1), record(2), record(3), record(4)], 5n);
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
    held.received(at, [record(1), record(2)], 3n);
    await new Promise((resolve) => setImmediate(resolve)); // the batch has failed and would come again in a minute
    fenced = false;
    await held.assigned([at], true);
    expect({ asked, begun, revoked }).toEqual({ asked: [1, 1], begun: [1n, 2n], revoked: [1] });
    held.received(at, [record(1), record(2)], 3n);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual([2n]);
    await held.stop();
  });
});
