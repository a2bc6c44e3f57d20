import fc from 'fast-check';
import type { Position } from '../event-log.js';
import { AppendFailure } from '../failures.js';
import { AppendBuffer, type AppendLimits, type Flush, defaultAppendLimits } from './append-buffer.js';
import type { Outgoing } from './outgoing.js';

const record = (key: string, partition = 0, bytes = 100): Outgoing => ({ partition, key, value: null, headers: {}, bytes });

/** A log in memory: one offset sequence a partition, and the flushes as they came. */
const memoryLog = () => {
  const flushes: string[][] = [];
  const next = new Map<number, bigint>();
  const flush: Flush = async (records) => {
    flushes.push(records.map(({ key }) => key));
    await new Promise((resolve) => setImmediate(resolve));
    return records.map(({ partition }) => {
      const offset = next.get(partition) ?? 0n;
      next.set(partition, offset + 1n);
      return offset;
    });
  };
  return { flushes, flush };
};

const bufferOn = (flush: Flush, limits: Partial<AppendLimits> = {}, now?: () => number): AppendBuffer =>
  new AppendBuffer('t', flush, { ...defaultAppendLimits, lingerMs: 1, ...limits }, {}, now);

describe('AppendBuffer', () => {
  it('writes what comes within the linger time together', async () => {
    const { flushes, flush } = memoryLog();
    const buffer = bufferOn(flush);
    await Promise.all([buffer.append([record('a')]), buffer.append([record('b'), record('c')])]);
    expect(flushes).toEqual([['a', 'b', 'c']]);
  });

  it('answers the positions in the order of the call', async () => {
    const buffer = bufferOn(memoryLog().flush);
    const positions = await buffer.append([record('a', 1), record('b', 0), record('c', 1)]);
    expect(positions).toEqual([
      { topic: 't', partition: 1, offset: 0n },
      { topic: 't', partition: 0, offset: 0n },
      { topic: 't', partition: 1, offset: 1n },
    ]);
  });

  it('resolves an empty append at once', async () => {
    expect(await bufferOn(() => Promise.reject(new Error('not called'))).append([])).toEqual([]);
  });

  it('refuses what does not fit, and takes it when there is room again', async () => {
    const buffer = bufferOn(memoryLog().flush, { bufferBytes: 250 });
    const first = buffer.append([record('a'), record('b')]);
    await expect(buffer.append([record('c')])).rejects.toThrow(AppendFailure);
    await first;
    await expect(buffer.append([record('c')])).resolves.toHaveLength(1);
  });

  it('lets a call larger than the whole buffer in when nothing waits', async () => {
    await expect(bufferOn(memoryLog().flush, { bufferBytes: 50 }).append([record('a')])).resolves.toHaveLength(1);
  });

  it('fails all calls of a flush that failed, and goes on with the next', async () => {
    const { flush } = memoryLog();
    let fail = true;
    const buffer = bufferOn((records) => (fail ? Promise.reject(new Error('broker away')) : flush(records)));
    const [first, second] = await Promise.allSettled([buffer.append([record('a')]), buffer.append([record('b')])]);
    expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
    fail = false;
    await expect(buffer.append([record('c')])).resolves.toHaveLength(1);
  });

  it('drops the rest of a call whose first part failed', async () => {
    const written: string[] = [];
    let calls = 0;
    const buffer = bufferOn(
      (records) => {
        calls++;
        if (calls === 1) return Promise.reject(new Error('broker away'));
        written.push(...records.map(({ key }) => key));
        return Promise.resolve(records.map((_, index) => BigInt(index)));
      },
      { flushRecords: 2 },
    );
    const failed = buffer.append([record('a'), record('b'), record('c')]);
    const next = buffer.append([record('d')]);
    await expect(failed).rejects.toThrow(AppendFailure);
    await next;
    expect(written).toEqual(['d']);
  });

  it('refuses records that waited too long behind a slow flush', async () => {
    let time = 0;
    const flushes: (() => void)[] = [];
    let flushing = (): void => undefined;
    const underWay = new Promise<void>((resolve) => (flushing = resolve));
    const slowLog: Flush = (records) =>
      new Promise((resolve) => {
        flushes.push(() => resolve(records.map(() => 0n)));
        flushing();
      });
    const buffer = bufferOn(slowLog, { maxWaitMs: 5 }, () => time);
    const slow = buffer.append([record('a')]);
    await underWay;
    const late = buffer.append([record('b')]);
    time = 6;
    flushes[0]!();
    await slow;
    await expect(late).rejects.toMatchObject({ details: { reason: 'expired' } });
    expect(flushes).toHaveLength(1);
  });

  it('drops what its caller gave up on before its turn came, and nothing else', async () => {
    let time = 0;
    const flushed: string[][] = [];
    const answers: (() => void)[] = [];
    const slowLog: Flush = (records) => {
      flushed.push(records.map(({ key }) => key));
      return new Promise((resolve) => answers.push(() => resolve(records.map(() => 0n))));
    };
    const buffer = bufferOn(slowLog, { bufferBytes: 10_000 }, () => time);
    const first = buffer.append([record('a')], { waitMs: 5 });
    while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const [hasty, patient] = [buffer.append([record('b'), record('c')], { waitMs: 5 }), buffer.append([record('d')])];
    time = 6;
    answers[0]!();
    await first; // it was sent in time, however long the answer took
    await expect(hasty).rejects.toMatchObject({ details: { reason: 'expired' } });
    while (answers.length === 1) await new Promise((resolve) => setTimeout(resolve, 1));
    answers[1]!();
    await patient;
    expect(flushed).toEqual([['a'], ['d']]);
  });

  it('writes what waits before it closes, and nothing after', async () => {
    const { flushes, flush } = memoryLog();
    const buffer = bufferOn(flush, { lingerMs: 60_000 });
    const waiting = buffer.append([record('a')]);
    await buffer.close();
    await waiting;
    await expect(buffer.append([record('b')])).rejects.toThrow(AppendFailure);
    expect(flushes).toEqual([['a']]);
  });

  it('keeps order, limits and positions, however calls and sizes fall', async () => {
    const calls = fc.array(
      fc.array(fc.record({ partition: fc.nat(3), bytes: fc.integer({ min: 1, max: 400 }) }), { minLength: 1, maxLength: 12 }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 1, max: 8 }), async (plan, flushRecords) => {
        const { flushes, flush } = memoryLog();
        const buffer = bufferOn(flush, { flushBytes: 1000, flushRecords });
        let sequence = 0;
        const appended = plan.map((records) =>
          buffer.append(records.map(({ partition, bytes }) => record(String(sequence++), partition, bytes))),
        );
        const positions: Position[] = (await Promise.all(appended)).flat();
        expect(flushes.flat()).toEqual(Array.from({ length: sequence }, (_, index) => String(index)));
        expect(flushes.every((keys) => keys.length <= flushRecords)).toBe(true);
        const seen = new Map<number, bigint>();
        for (const { partition, offset } of positions) {
          expect(offset).toBe(seen.get(partition) ?? 0n);
          seen.set(partition, offset + 1n);
        }
      }),
      { numRuns: 40 },
    );
  });
});
