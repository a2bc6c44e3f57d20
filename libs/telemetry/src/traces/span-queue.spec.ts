import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { SpanQueue } from './span-queue.js';

type Done = Parameters<SpanExporter['export']>[1];

/** An exporter that answers when a test says so. */
class Slow implements SpanExporter {
  readonly batches: number[] = [];
  readonly open: Done[] = [];

  export(spans: ReadableSpan[], done: Done): void {
    this.batches.push(spans.length);
    this.open.push(done);
  }

  async answer(code: 0 | 1, error?: Error): Promise<void> {
    this.open.shift()?.({ code, ...(error === undefined ? {} : { error }) });
    await new Promise(setImmediate);
  }

  async shutdown(): Promise<void> {
    return;
  }
}

const span = {} as ReadableSpan;
const setUp = () => {
  const exporter = new Slow();
  const queue = new SpanQueue(exporter, { capacity: 5, batch: 2, lingerMs: 60_000 });
  const end = (count: number): void => {
    for (let n = 0; n < count; n += 1) queue.onEnd(span);
  };
  return { exporter, queue, end };
};

describe('SpanQueue', () => {
  it('sends one batch at a time, and drops and counts what does not fit', async () => {
    const { exporter, queue, end } = setUp();
    end(9); // two leave at once, five wait
    expect({ batches: exporter.batches, counts: queue.counts }).toEqual({ batches: [2], counts: { exported: 0, failed: 0, dropped: 2 } });
    await exporter.answer(0);
    expect({ batches: exporter.batches, counts: queue.counts }).toEqual({
      batches: [2, 2],
      counts: { exported: 2, failed: 0, dropped: 2 },
    });
  });

  it('says and counts what the collector did not take, and goes on', async () => {
    const { exporter, queue, end } = setUp();
    const told: unknown[] = [];
    queue.failed = (error) => told.push(error);
    const away = new Error('away');
    end(4);
    await exporter.answer(1, away);
    await exporter.answer(0);
    expect({ told, counts: queue.counts }).toEqual({ told: [away], counts: { exported: 2, failed: 2, dropped: 0 } });
  });

  it('sends the rest when it is shut down, and takes no more', async () => {
    const { exporter, queue, end } = setUp();
    end(3);
    const shut = queue.shutdown();
    await exporter.answer(0);
    await exporter.answer(0);
    await shut;
    end(1);
    expect({ batches: exporter.batches, counts: queue.counts }).toEqual({
      batches: [2, 1],
      counts: { exported: 3, failed: 0, dropped: 1 },
    });
  });
});
