import type { OwnReport, ReplicaReports } from './replica-reports.js';

export interface ReplicaReporterParts {
  readonly reports: ReplicaReports;
  /** What serves and what was refused, now. */
  readonly told: () => Pick<OwnReport, 'serving' | 'problems'>;
  readonly failed: (error: unknown) => void;
  readonly heartbeatMs: number;
}

/**
 * Says what this replica made of the registry: at once when it has dealt with a change, and again every `heartbeatMs`, so that a silent replica is known to be gone.
 * A check may take long; the heartbeat goes on meanwhile with the last report.
 */
export class ReplicaReporter {
  private last: OwnReport | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** One write at a time, in order: an older report must not come after a newer one. */
  private sending: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly parts: ReplicaReporterParts) {}

  /** Every change up to `revision` was looked at; `adopted` says whether the result serves. Never throws. */
  dealtWith(revision: number, adopted: boolean): Promise<void> {
    const report = { revision, adopted, ...this.parts.told() };
    // What is the same as a heartbeat ago goes out with the next one.
    if (JSON.stringify(report) === JSON.stringify(this.last)) return this.sending;
    this.last = report;
    return this.send();
  }

  start(): void {
    this.timer = setInterval(() => void this.send(), this.parts.heartbeatMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopped = true;
    await this.sending;
    await this.parts.reports.leave().catch((error: unknown) => this.parts.failed(error));
  }

  private send(): Promise<void> {
    this.sending = this.sending.then(async () => {
      if (this.last === undefined || this.stopped) return;
      await this.parts.reports.send(this.last).catch((error: unknown) => this.parts.failed(error));
    });
    return this.sending;
  }
}
