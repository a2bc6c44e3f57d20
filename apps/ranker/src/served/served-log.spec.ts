import { Failure } from '#contracts';
import type { NewRecord } from '#event-log';
import { until } from '#test-support/until';
import { ServedLog, type DropReason } from './served-log.js';

class Away extends Failure {
  readonly code = 'LOG_APPEND';
  readonly retryable = true;
}
class TooLarge extends Failure {
  readonly code = 'LOG_RECORD_TOO_LARGE';
  readonly retryable = false;
}

const record = (n: number): NewRecord => ({ key: `${n}`, value: '{}' });
const options = { capacity: 5, batch: 2, lingerMs: 1, backoffMs: { first: 1, most: 4 } };

const setUp = () => {
  const written: string[] = [];
  const dropped: Partial<Record<DropReason, number>> = {};
  const fails: (Error | undefined)[] = [];
  let made = 0;
  const log = new ServedLog(
    async (records) => {
      const failure = fails.shift();
      if (failure !== undefined) throw failure;
      written.push(...records.map(({ key }) => key));
    },
    {
      written: () => undefined,
      dropped: (records, reason) => (dropped[reason] = (dropped[reason] ?? 0) + records),
      failed: () => undefined,
    },
    options,
  );
  const offer = (n: number): void =>
    log.offer(() => {
      made += 1;
      return record(n);
    });
  return { log, written, dropped, fails, offer, made: () => made };
};

describe('ServedLog', () => {
  it('writes what it is offered in order, in batches, and makes no record before it is its turn', async () => {
    const { log, written, offer, made } = setUp();
    for (const n of [1, 2, 3, 4, 5]) offer(n);
    expect(made()).toBe(0);
    await log.stop(1000);
    expect(written).toEqual(['1', '2', '3', '4', '5']);
  });

  it('drops the newest when the buffer is full, and counts them', async () => {
    const { log, written, dropped, offer } = setUp();
    for (let n = 1; n <= 8; n += 1) offer(n);
    await log.stop(1000);
    expect({ written, dropped }).toEqual({ written: ['1', '2', '3', '4', '5'], dropped: { full: 3 } });
  });

  it('keeps what the log did not take, sends the same again, and loses nothing', async () => {
    const { log, written, dropped, fails, offer, made } = setUp();
    fails.push(new Away('away'), new Error('socket'));
    for (const n of [1, 2, 3]) offer(n);
    await until('all are written', () => written.length === 3);
    expect({ written, dropped, made: made() }).toEqual({ written: ['1', '2', '3'], dropped: {}, made: 3 });
    await log.stop(10);
  });

  it('drops what the log refuses for good', async () => {
    const { log, written, dropped, fails, offer } = setUp();
    fails.push(new TooLarge('too large'));
    for (const n of [1, 2, 3]) offer(n);
    await log.stop(1000);
    expect({ written, dropped }).toEqual({ written: ['3'], dropped: { refused: 2 } });
  });

  it('counts an answer that fits in no record', async () => {
    const { log, dropped, written } = setUp();
    log.offer(() => null);
    log.offer(() => record(2));
    await log.stop(1000);
    expect({ written, dropped }).toEqual({ written: ['2'], dropped: { 'too-large': 1 } });
  });

  it('stops in time when the log is away, and counts what is lost', async () => {
    const { log, dropped, fails, offer } = setUp();
    fails.push(...Array.from({ length: 1000 }, () => new Away('away')));
    offer(1);
    const startedAt = performance.now();
    await log.stop(30);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    offer(2);
    expect(dropped).toEqual({ stopped: 2 });
  });
});
