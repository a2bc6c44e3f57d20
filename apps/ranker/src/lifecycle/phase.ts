import type { EpochMs } from '#contracts';
import type { CatchUp } from '../consume/catch-up.js';
import type { Lag, LagMeter } from '../consume/lag.js';
import type { Phase } from '../rank/rank-slate.js';

export interface PhaseLimits {
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
  private draining = false;
  private stopping = false;

  constructor(
    private readonly catchUp: Pick<CatchUp, 'remaining'>,
    private readonly lag: Pick<LagMeter, 'now'>,
    private readonly limits: PhaseLimits,
    private readonly now: () => EpochMs,
  ) {}

  readonly current = (): Phase => {
    if (this.stopping) return 'stopping';
    if (this.caughtUp) return 'serving';
    const remaining = this.catchUp.remaining();
    if (remaining === null) return 'starting';
    // Both: what was there at the start is folded, and what came since is not piling up.
    this.caughtUp = remaining <= this.limits.lagRecords && this.lag.now(this.now()).records <= this.limits.lagRecords;
    return this.caughtUp ? 'serving' : 'catching up';
  };

  /**
   * Whether requests are answered, as it was last found: `current` looks for itself, which costs too much to be asked with every record that is
   * folded. Probes ask it every second or so.
   */
  readonly serving = (): boolean => this.caughtUp && !this.stopping;

  /** For `/readyz` and the health call: null when ready, else why not. */
  readonly problem = (): string | null => {
    const phase = this.current();
    if (phase === 'catching up') return `catching up: ${this.catchUp.remaining() ?? 0n} records to fold`;
    if (phase !== 'serving') return phase;
    if (this.draining) return 'draining';
    const lag = this.lag.now(this.now());
    return lag.seconds > this.limits.lagSeconds ? `behind: ${describe(lag)}` : null;
  };

  /** Not ready from now on, and still answering: balancers and gateways need a moment to look elsewhere. */
  drain(): void {
    this.draining = true;
  }

  /** No longer answering: requests are refused, and those under way end. */
  stop(): void {
    this.stopping = true;
  }
}

const describe = ({ records, seconds }: Lag): string => `${records} records, ${seconds.toFixed(1)} s to fold`;
