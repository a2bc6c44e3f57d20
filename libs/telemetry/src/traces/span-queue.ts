import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanCounts } from './tracing.js';

export interface SpanQueueOptions {
  /** Spans held; further ones are dropped. */
  readonly capacity: number;
  /** Most spans of one export. */
  readonly batch: number;
  /** Longest wait of a span for company, in ms. */
  readonly lingerMs: number;
}

export const spanQueueDefaults: SpanQueueOptions = { capacity: 8192, batch: 512, lingerMs: 1_000 };

/**
 * Holds ended spans and hands them to the exporter in batches, one export at a time. Nothing waits for it and nothing fails with it. It does what
 * the SDK's own batching does and counts what becomes of every span, since a trace that lacks some tells a wrong story.
 */
export class SpanQueue implements SpanProcessor {
  readonly counts: { -readonly [outcome in keyof SpanCounts]: number } = { exported: 0, failed: 0, dropped: 0 };
  /** Told of each export that failed. */
  failed: (error: unknown) => void = () => undefined;
  private readonly waiting: ReadableSpan[] = [];
  private timer: NodeJS.Timeout | undefined;
  private exporting: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly options: SpanQueueOptions = spanQueueDefaults,
  ) {}

  onStart(): void {
    return;
  }

  onEnd(span: ReadableSpan): void {
    if (this.stopped || this.waiting.length >= this.options.capacity) {
      this.counts.dropped += 1;
      return;
    }
    this.waiting.push(span);
    if (this.exporting !== undefined) return; // what ends now goes with the next batch
    if (this.waiting.length >= this.options.batch) this.exportNow();
    else if (this.timer === undefined) {
      this.timer = setTimeout(() => this.exportNow(), this.options.lingerMs);
      this.timer.unref();
    }
  }

  async forceFlush(): Promise<void> {
    while (this.waiting.length > 0 || this.exporting !== undefined) {
      if (this.exporting === undefined) this.exportNow();
      await this.exporting;
    }
  }

  async shutdown(): Promise<void> {
    this.stopped = true;
    await this.forceFlush();
    await this.exporter.shutdown();
  }

  private exportNow(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const spans = this.waiting.splice(0, this.options.batch);
    this.exporting = this.exported(spans).finally(() => {
      this.exporting = undefined;
      if (this.stopped || this.waiting.length === 0) return;
      if (this.waiting.length >= this.options.batch) return this.exportNow();
      this.timer ??= setTimeout(() => this.exportNow(), this.options.lingerMs).unref();
    });
  }

  private exported(spans: ReadableSpan[]): Promise<void> {
    return new Promise((resolve) => {
      this.exporter.export(spans, ({ code, error }) => {
        const well = code === 0;
        this.counts[well ? 'exported' : 'failed'] += spans.length;
        if (!well) this.failed(error);
        resolve();
      });
    });
  }
}
