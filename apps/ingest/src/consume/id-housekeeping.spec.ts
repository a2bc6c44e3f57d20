import { createLogger, createRegistry } from '#telemetry';
import { IngestMetrics } from '../ingest.metrics.js';
import { FakeClock } from '../intake/fixtures/fake-log.js';
import { IdHousekeeping, type IdHousekeepingParts } from './id-housekeeping.js';

const DAY_MS = 86_400_000;

const setUp = (how: Partial<IdHousekeepingParts> = {}) => {
  const clock = new FakeClock();
  const asked: number[] = [];
  const ids = {
    async *forgetBefore(time: number) {
      asked.push(time);
      for (const removed of [3, 0, 4]) yield removed;
    },
  };
  const metrics = new IngestMetrics(createRegistry('test', { processMetrics: false }));
  const housekeeping = new IdHousekeeping({
    ids,
    redrives: { forgetBefore: async () => 0 },
    locks: { tryWithLock: async (_, work) => ({ held: true, value: await work() }) },
    clock,
    metrics,
    logger: createLogger('test', { level: 'silent' }),
    ...how,
  });
  return { housekeeping, asked, clock, metrics };
};

describe('IdHousekeeping', () => {
  it('forgets ids beyond the horizon: acceptance, dead letters and a margin', async () => {
    const { housekeeping, asked, clock, metrics } = setUp();
    expect(await housekeeping.pass()).toBe(7);
    expect(asked).toEqual([clock.now() - 45 * DAY_MS]);
    expect((await metrics.idsForgotten.get()).values[0]?.value).toBe(7);
  });

  it('leaves it to the process that is at it', async () => {
    const { housekeeping, asked } = setUp({ locks: { tryWithLock: async () => ({ held: false }) } });
    expect(await housekeeping.pass()).toBe(0);
    expect(asked).toEqual([]);
  });

  it('survives a database that is away', async () => {
    const { housekeeping } = setUp({ locks: { tryWithLock: () => Promise.reject(new Error('away')) } });
    expect(await housekeeping.pass()).toBe(0);
  });

  it('ends between two stretches when it is stopped', async () => {
    const { housekeeping } = setUp();
    await housekeeping.stop();
    expect(await housekeeping.pass()).toBe(3);
  });
});
