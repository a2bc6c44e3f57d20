import { createLogger, createRegistry, type Tracing } from '#telemetry';
import { AT, interactionRecord } from '../fixtures/records.js';
import { RankerMetrics } from '../ranker.metrics.js';
import { FoldWatch } from './fold-watch.js';
import { SparseLog } from './sparse-log.js';

const setUp = (serving: boolean) => {
  const registry = createRegistry('ranker', { processMetrics: false });
  const resumed: unknown[] = [];
  const tracing = { on: true, resume: (name: string, traceparent: unknown) => resumed.push([name, traceparent]) } as unknown as Tracing;
  const watch = new FoldWatch(
    new RankerMetrics(registry),
    createLogger('test', { level: 'silent' }),
    new SparseLog(1000, () => 0),
    () => AT + 1_500,
    () => serving,
    tracing,
  );
  const heartbeats = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => /^ranker_heartbeat_(duration_seconds_(sum|count)|folded)/.test(line));
  return { watch, resumed, heartbeats };
};

describe('FoldWatch', () => {
  it('times a heartbeat from its making to its fold here', async () => {
    const { watch, heartbeats } = setUp(true);
    watch.heartbeat(new Date(AT).toISOString());
    expect(await heartbeats()).toEqual([
      'ranker_heartbeat_duration_seconds_sum{service="ranker"} 1.5',
      'ranker_heartbeat_duration_seconds_count{service="ranker"} 1',
      `ranker_heartbeat_folded_timestamp_seconds{service="ranker"} ${(AT + 1_500) / 1000}`,
    ]);
  });

  it('times none that a start catches up with, nor goes on with their traces', async () => {
    const { watch, resumed, heartbeats } = setUp(false);
    watch.heartbeat(new Date(AT).toISOString());
    watch.folding({ ...interactionRecord(0), headers: { traceparent: 'x' } });
    expect(await heartbeats()).toEqual([
      'ranker_heartbeat_duration_seconds_sum{service="ranker"} 0',
      'ranker_heartbeat_duration_seconds_count{service="ranker"} 0',
      'ranker_heartbeat_folded_timestamp_seconds{service="ranker"} 0',
    ]);
    expect(resumed).toEqual([]);
  });

  it('goes on with the trace that a record carries, and with none for a record without', () => {
    const { watch, resumed } = setUp(true);
    expect(watch.folding(interactionRecord(0))).toBeNull();
    watch.folding({ ...interactionRecord(1), headers: { traceparent: '00-x' } });
    expect(resumed).toEqual([['process interactions.v1', '00-x']]);
  });
});
