import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../logger.js';
import type { Tracing } from './tracing.js';

/** A collector that is away fails every second; one line a minute says it as well. */
const LINE_EVERY_MS = 60_000;

/** Shows what becomes of spans, in metrics and, when the collector does not take them, in the log. Nothing when traces are off. */
export const watchTracing = (tracing: Tracing, registry: Registry, logger: Logger, now: () => number = () => performance.now()): void => {
  const { counts } = tracing;
  if (counts === null) return;
  new Counter({
    name: 'trace_spans_total',
    help: 'Spans of traces by what became of them: exported, failed (the collector did not take them), dropped (the queue was full). Only with TRACES_EXPORTER=otlp.',
    labelNames: ['outcome'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const outcome of ['exported', 'failed', 'dropped'] as const) this.inc({ outcome }, counts[outcome]);
    },
  });
  let saidAt = -Infinity;
  tracing.onFailure((error) => {
    if (now() - saidAt < LINE_EVERY_MS) return;
    saidAt = now();
    logger.warn(
      { err: error, failed: counts.failed, dropped: counts.dropped },
      'the collector does not take traces; requests are not held up',
    );
  });
};
