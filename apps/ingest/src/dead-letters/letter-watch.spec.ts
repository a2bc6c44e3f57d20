import { createLogger, createRegistry } from '#telemetry';
import { IngestMetrics } from '../ingest.metrics.js';
import { LetterWatch } from './letter-watch.js';
import type { LetterCount } from './survey.js';

const waiting = (code: string, parked: number, oldest: number | null): LetterCount => ({
  code,
  topic: 'interactions.v1',
  consumer: 'archive',
  parked,
  redriven: 3,
  oldest,
});

const setUp = () => {
  const registry = createRegistry('test', { processMetrics: false });
  const world = { counts: [] as LetterCount[], end: '0', monotonic: 0, reads: 0, away: false };
  const watch = new LetterWatch({
    survey: {
      counts: async () => {
        world.reads += 1;
        return world.counts;
      },
    },
    log: {
      bounds: async () => {
        if (world.away) throw new Error('away');
        return { earliest: {}, end: { 'dead-letters.v1/0': world.end } };
      },
    },
    clock: { now: () => 0, monotonic: () => world.monotonic },
    metrics: new IngestMetrics(registry),
    logger: createLogger('test', { level: 'silent' }),
  });
  const shown = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => /^ingest_dead_letter(s_waiting|_oldest)/.test(line));
  return { world, watch, shown };
};

describe('LetterWatch', () => {
  it('tells what waits and since when, and forgets what was redriven', async () => {
    const { world, watch, shown } = setUp();
    world.counts = [waiting('FOLD_ERROR', 2, 5_000), waiting('RECORD_INVALID', 1, 9_000), waiting('DONE', 0, null)];
    await watch.look();
    expect(await shown()).toEqual([
      'ingest_dead_letters_waiting{topic="interactions.v1",code="FOLD_ERROR",service="test"} 2',
      'ingest_dead_letters_waiting{topic="interactions.v1",code="RECORD_INVALID",service="test"} 1',
      'ingest_dead_letter_oldest_timestamp_seconds{service="test"} 5',
    ]);
    world.counts = [];
    world.end = '1';
    await watch.look();
    expect(await shown()).toEqual(['ingest_dead_letter_oldest_timestamp_seconds{service="test"} 0']);
  });

  it('reads the letters only when some came, and after ten minutes', async () => {
    const { world, watch } = setUp();
    await watch.look();
    await watch.look();
    expect(world.reads).toBe(1);
    world.monotonic = 600_000;
    await watch.look();
    world.end = '7';
    await watch.look();
    expect(world.reads).toBe(3);
  });

  it('keeps the last count while the log is away', async () => {
    const { world, watch, shown } = setUp();
    world.counts = [waiting('FOLD_ERROR', 2, 5_000)];
    await watch.look();
    world.away = true;
    await watch.look();
    expect(await shown()).toHaveLength(2);
  });
});
