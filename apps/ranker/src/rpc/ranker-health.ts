import type { EpochMs, RankHealth } from '#contracts';
import type { LagMeter } from '../consume/lag.js';
import type { RankerPhase } from '../lifecycle/phase.js';
import type { Admission } from '../rank/admission.js';

export interface RankerHealthParts {
  readonly replica: string;
  readonly phase: Pick<RankerPhase, 'problem'>;
  readonly lag: Pick<LagMeter, 'now'>;
  readonly admission: Pick<Admission, 'inFlight'>;
  /** Model name -> version that serves. */
  readonly models: () => Readonly<Record<string, string>>;
  readonly now: () => EpochMs;
}

/** What the gateway asks to know whom to send requests to. Asked often, so it reads memory only. */
export class RankerHealth {
  constructor(private readonly parts: RankerHealthParts) {}

  now(): RankHealth {
    const { replica, phase, lag, admission, models, now } = this.parts;
    return {
      ready: phase.problem() === null,
      replica,
      lagSeconds: lag.now(now()).seconds,
      inFlight: admission.inFlight,
      models: { ...models() },
    };
  }
}
