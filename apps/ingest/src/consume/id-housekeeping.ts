import { setTimeout as sleep } from 'node:timers/promises';
import { ID_HORIZON_MS, type InteractionIds, type Locks, type Redrives } from '#persistence';
import type { Logger } from '#telemetry';
import type { Clock } from '../clock.js';
import type { IngestMetrics } from '../ingest.metrics.js';

export interface IdHousekeepingParts {
  readonly ids: Pick<InteractionIds, 'forgetBefore'>;
  readonly redrives: Pick<Redrives, 'forgetBefore'>;
  readonly locks: Pick<Locks, 'tryWithLock'>;
  readonly clock: Clock;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
}

/** One pass reads the whole table, so it is rare: ids live for 45 days, and a few hours more cost nothing. */
const EVERY_MS = 6 * 3_600_000;
/** Archive and intake go first: after a stretch the pass rests for as many times its length. */
const REST = 4;
const MAX_REST_MS = 5_000;
/** A redrive is remembered for longer than letters (30 days) and everything that can be made of them. */
const REDRIVES_KEPT_MS = 90 * 86_400_000;
const LOCK = 'broadsheet/id-housekeeping';

/**
 * Keeps the archive's memory of event ids bounded. With several ingest processes one does it at a time; what goes wrong is told and left to
 * the next pass.
 */
export class IdHousekeeping {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly parts: IdHousekeepingParts) {}

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** One pass, if no other process is at it. Answers how many ids were forgotten. Never throws. */
  async pass(): Promise<number> {
    const { locks, logger } = this.parts;
    try {
      const outcome = await locks.tryWithLock(LOCK, () => this.forget());
      return outcome.held ? outcome.value : 0;
    } catch (error) {
      logger.warn({ err: error }, 'old event ids not forgotten; the next pass tries again');
      return 0;
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(EVERY_MS * (0.5 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.pass();
    }
  }

  private async forget(): Promise<number> {
    const { ids, redrives, clock, metrics, logger } = this.parts;
    const { signal } = this.stopping;
    const now = clock.now();
    await redrives.forgetBefore(now - REDRIVES_KEPT_MS);
    let forgotten = 0;
    let began = clock.monotonic();
    for await (const removed of ids.forgetBefore(now - ID_HORIZON_MS)) {
      forgotten += removed;
      metrics.idsForgotten.inc(removed);
      if (signal.aborted) break;
      await sleep(Math.min(MAX_REST_MS, (clock.monotonic() - began) * REST), undefined, { signal, ref: false }).catch(() => undefined);
      began = clock.monotonic();
    }
    if (forgotten > 0) logger.info({ forgotten }, 'old event ids forgotten');
    return forgotten;
  }
}
