import type { EpochMs } from '#contracts';
import type { Lag, LagMeter } from '../consume/lag.js';
import type { Phase } from '../rank/rank-slate.js';

export interface PhaseLimits {
  /** Partitions that must have told their end before "caught up" can be said. */
  readonly partitions: number;
  /** Records that a starting replica may still be behind. */
  readonly lagRecords: bigint;
  /** Lag beyond which readiness is withdrawn, in seconds. */
  readonly lagSeconds: number;
}

/**
 * Where this replica is in its life. It takes requests from the moment it has caught up once until it stops: a replica that falls behind
 * later goes on answering from what it has, and only tells balancers that others may do better. If it refused, a lag that all replicas
 * share would turn fresh-enough feeds into none.
 */
export class RankerPhase {
  private caughtUp = false;
  private stopping = false;

  constructor(
    private readonly lag: Pick<LagMeter, 'now'>,
    private readonly limits: PhaseLimits,
    private readonly now: () => EpochMs,
  ) {}

  readonly current = (): Phase => {
    if (this.stopping) return 'stopping';
    if (this.caughtUp) return 'serving';
    const lag = this.lag.now(this.now());
    if (lag.partitions < this.limits.partitions) return 'starting';
    this.caughtUp = lag.records <= this.limits.lagRecords;
    return this.caughtUp ? 'serving' : 'catching up';
  };

  /** For `/readyz`: null when ready, else why not. */
  readonly problem = (): string | null => {
    const phase = this.current();
    const lag = this.lag.now(this.now());
    if (phase !== 'serving') return `${phase}${describe(lag)}`;
    return lag.seconds > this.limits.lagSeconds ? `behind${describe(lag)}` : null;
  };

  stop(): void {
    this.stopping = true;
  }
}

const describe = ({ records, seconds }: Lag): string => (records === 0n ? '' : `: ${records} records, ${seconds.toFixed(1)} s to fold`);
