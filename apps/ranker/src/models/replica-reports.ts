/** A version that this replica serves. */
export interface Served {
  readonly model: string;
  readonly version: string;
  readonly part: 'live' | 'shadow' | 'arm';
  readonly arm?: string;
}

/** What this replica made of the registry. */
export interface OwnReport {
  readonly revision: number;
  readonly adopted: boolean;
  readonly serving: readonly Served[];
  readonly problems: readonly { readonly model: string; readonly version: string; readonly problem: string }[];
}

/** Where replicas say what they serve, for whoever changes the registry. */
export abstract class ReplicaReports {
  /** @throws when it cannot be written now. */
  abstract send(report: OwnReport): Promise<void>;

  /** This replica is gone: nobody waits for it. @throws when it cannot be written now. */
  abstract leave(): Promise<void>;
}
