import { setTimeout as sleep } from 'node:timers/promises';
import type { Locks } from '#persistence';
import type { Logger } from '#telemetry';
import type { Clock } from '../clock.js';
import type { IngestMetrics } from '../ingest.metrics.js';
import type { Connector } from './connector.js';
import { type CheckpointStore, type PaperSink, runConnector } from './run-connector.js';

export interface ScheduleParts {
  /** `hub`, `arxiv` or `arxiv:SET`, as in CONNECTORS. */
  readonly sources: readonly string[];
  readonly intervalMs: number;
  /** Makes the connector of a source for a run that begins now. */
  connector(source: string, today: Date): Connector;
  readonly sink: PaperSink;
  readonly checkpoints: CheckpointStore;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
}

/** Reads the configured sources again and again. With several ingest processes, a lock lets one of them read a source at a time. */
export class ScheduledConnectors {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly parts: ScheduleParts) {}

  start(): void {
    if (this.parts.sources.length > 0) this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      for (const source of this.parts.sources) if (!signal.aborted) await this.turn(source);
      await sleep(this.parts.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One reading of one source. Whatever goes wrong is told and left to the next turn, which begins at the checkpoint. */
  private async turn(source: string): Promise<void> {
    const { locks, logger } = this.parts;
    try {
      await locks.tryWithLock(`broadsheet/connector/${source}`, () => this.read(source));
    } catch (error) {
      logger.error({ source, err: error }, 'scheduled source not read');
    }
  }

  private async read(source: string): Promise<void> {
    const { sink, checkpoints, clock, metrics, logger } = this.parts;
    const connector = this.parts.connector(source, new Date(clock.now()));
    const { signal } = this.stopping;
    const { failure, ...counts } = await runConnector({
      connector,
      sink,
      checkpoints,
      signal,
      observer: {
        progress: () => undefined,
        refused: (refusal) => logger.warn({ source, ...refusal }, 'record of a source refused'),
      },
    });
    for (const [outcome, items] of Object.entries(counts)) metrics.connectorItems.inc({ connector: connector.name, outcome }, items);
    metrics.connectorRuns.inc({ connector: connector.name, outcome: failure === null ? 'done' : 'failed' });
    if (failure === null) metrics.connectorSuccess.set({ connector: connector.name }, this.parts.clock.now() / 1000);
    if (failure !== null && !signal.aborted) logger.error({ source, err: failure, ...counts }, 'source not read to its end');
    else logger.info({ source, ...counts }, 'source read');
  }
}
