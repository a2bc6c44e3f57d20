import type { InFlight } from '../intake/in-flight.js';

export interface IntakeHealthAnswer {
  /** Whether to send records here. */
  readonly ready: boolean;
  readonly replica: string;
  /** Records on their way to the log. */
  readonly inFlight: number;
}

/**
 * Whether this process takes records. Only the log matters here: while the database is away records are still accepted
 * durably, and the archive catches up later.
 */
export class IntakeHealth {
  private taking = false;

  constructor(
    private readonly replica: string,
    private readonly inFlight: InFlight,
  ) {}

  open(): void {
    this.taking = true;
  }

  /** Tells callers to go elsewhere; what is under way is finished. */
  drain(): void {
    this.taking = false;
  }

  now(): IntakeHealthAnswer {
    return { ready: this.taking, replica: this.replica, inFlight: this.inFlight.records };
  }
}
