import { setTimeout as sleep } from 'node:timers/promises';
import { topics, type Positions } from '#contracts';
import type { EventLog } from '#event-log';
import type { Logger } from '#telemetry';
import type { Clock } from '../clock.js';
import type { IngestMetrics } from '../ingest.metrics.js';
import type { LetterSurvey } from './survey.js';

export interface LetterWatchParts {
  readonly survey: Pick<LetterSurvey, 'counts'>;
  readonly log: Pick<EventLog, 'bounds'>;
  readonly clock: Clock;
  readonly metrics: Pick<IngestMetrics, 'lettersWaiting' | 'oldestLetter'>;
  readonly logger: Logger;
}

const EVERY_MS = 60_000;
/** Letters are read again after this long though none came: some may have been redriven or forgotten by the log. */
const ANEW_MS = 600_000;

/** Tells how many dead letters wait and since when. Reads them when some came, and now and then. */
export class LetterWatch {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private seen: { readonly end: string; readonly at: number } | null = null;

  constructor(private readonly parts: LetterWatchParts) {}

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Never throws: what can not be counted now keeps its last value. */
  async look(): Promise<void> {
    const { log, clock, logger } = this.parts;
    try {
      const { end } = await log.bounds(topics.deadLetters.name);
      const text = textOf(end);
      if (text === this.seen?.end && clock.monotonic() - this.seen.at < ANEW_MS) return;
      await this.count();
      this.seen = { end: text, at: clock.monotonic() };
    } catch (error) {
      logger.warn({ err: error }, 'dead letters not counted; tried again in a minute');
    }
  }

  private async count(): Promise<void> {
    const { survey, metrics } = this.parts;
    const counts = (await survey.counts({})).filter(({ parked }) => parked > 0);
    metrics.lettersWaiting.reset();
    for (const { topic, code, parked } of counts) metrics.lettersWaiting.inc({ topic, code }, parked);
    const oldest = counts.flatMap(({ oldest: since }) => since ?? []);
    metrics.oldestLetter.set(oldest.length === 0 ? 0 : Math.min(...oldest) / 1000);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.look();
      await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

const textOf = (end: Positions): string => JSON.stringify(Object.entries(end).sort(([a], [b]) => (a < b ? -1 : 1)));
