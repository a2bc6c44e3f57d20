import { lookup } from 'node:dns/promises';
import type { Address } from '#config';
import { noTracing, type Tracing } from '#telemetry';
import { pickTwo } from './pick-two.js';
import { type Endpoint, Replica } from './replica.js';
import { CallFailure, PeerUnavailableFailure } from './rpc.failures.js';

export interface PoolSettings {
  readonly addresses: readonly Address[];
  readonly probeIntervalMs: number;
  /** Asks a replica how it is; false or a rejection takes it out of use until the next probe. */
  readonly probe: (replica: Replica) => Promise<boolean>;
  readonly onTry?: (outcome: 'ok' | 'timeout' | 'closed' | 'error' | 'invalid') => void;
  readonly random?: () => number;
  readonly tracing?: Tracing;
}

/** More would take longer than the caller waits. */
const MAX_TRIES = 2;
/** A first try may take this share of the deadline while another replica could still be asked. */
const FIRST_TRY_SHARE = 0.6;
/** Less than this is no time to ask anyone. */
const MIN_TRY_MS = 5;

const outcomes = { PEER_TIMEOUT: 'timeout', PEER_CLOSED: 'closed', PEER_ERROR: 'error', PEER_ANSWER_INVALID: 'invalid' } as const;

/** The replicas of one service: finds them, probes them, spreads calls over them and asks a second one when the first fails. */
export class ReplicaPool {
  private readonly replicas = new Map<string, Replica>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly settings: PoolSettings) {
    for (const { host, port, dns } of settings.addresses) if (!dns) this.add({ host, port });
  }

  /** Resolves names, probes once, then goes on doing both in the background. */
  async start(): Promise<void> {
    await this.refresh();
    this.schedule();
  }

  get size(): number {
    return this.replicas.size;
  }

  get usable(): number {
    return [...this.replicas.values()].filter((replica) => replica.usable).length;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    for (const replica of this.replicas.values()) replica.close();
  }

  /**
   * Calls within a deadline: one replica, and once more another when the first failed in a way that may pass.
   * `attempt` gets the replica and the milliseconds it may take.
   * @throws what the last attempt threw, or {PeerUnavailableFailure} when there was nobody to ask.
   */
  async call<T>(deadlineMs: number, attempt: (replica: Replica, timeoutMs: number) => Promise<T>): Promise<T> {
    const end = performance.now() + deadlineMs;
    const tried: Replica[] = [];
    let failure: unknown = new PeerUnavailableFailure('no replica can be asked');
    while (tried.length < MAX_TRIES) {
      const replica = this.choose(tried);
      const left = end - performance.now();
      if (replica === undefined || left < MIN_TRY_MS) break;
      tried.push(replica);
      const mayRetry = tried.length < MAX_TRIES && this.usableBeside(tried);
      try {
        const answer = await attempt(replica, mayRetry ? left * FIRST_TRY_SHARE : left);
        this.settings.onTry?.('ok');
        return answer;
      } catch (error) {
        failure = error;
        if (error instanceof CallFailure) this.settings.onTry?.(outcomes[error.code as keyof typeof outcomes]);
        if (!isRetryable(error)) break;
      }
    }
    throw failure;
  }

  /** Whether time is worth keeping for another try: one that is out of use would most likely waste it. */
  private usableBeside(tried: readonly Replica[]): boolean {
    return [...this.replicas.values()].some((replica) => replica.usable && !tried.includes(replica));
  }

  /** Prefers replicas that are usable; with none of those left, any that was not tried is better than giving up. */
  private choose(tried: readonly Replica[]): Replica | undefined {
    const untried = [...this.replicas.values()].filter((replica) => !tried.includes(replica));
    const usable = untried.filter((replica) => replica.usable);
    return pickTwo(usable.length > 0 ? usable : untried, this.settings.random ?? Math.random);
  }

  private schedule(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      void this.refresh().finally(() => this.schedule());
    }, this.settings.probeIntervalMs);
    this.timer.unref();
  }

  private async refresh(): Promise<void> {
    await this.resolve();
    await Promise.all([...this.replicas.values()].map((replica) => this.probe(replica)));
  }

  private async probe(replica: Replica): Promise<void> {
    try {
      replica.probed(await this.settings.probe(replica));
    } catch {
      replica.probed(false);
    }
  }

  /** A name that can not be resolved keeps the replicas it had: a DNS outage must not empty the pool. */
  private async resolve(): Promise<void> {
    for (const { host, port, dns } of this.settings.addresses) {
      if (!dns) continue;
      const found = await lookup(host, { all: true }).catch(() => null);
      if (found === null) continue;
      const names = new Set(found.map(({ address }) => this.add({ host: address, port }, host).name));
      for (const [name, replica] of this.replicas) if (this.origin.get(name) === host && !names.has(name)) this.drop(name, replica);
    }
  }

  /** Which DNS name a replica was found under. */
  private readonly origin = new Map<string, string>();

  private add(endpoint: Endpoint, origin?: string): Replica {
    const replica = new Replica(endpoint, Date.now, this.settings.tracing ?? noTracing);
    const known = this.replicas.get(replica.name);
    if (known !== undefined) return known;
    this.replicas.set(replica.name, replica);
    if (origin !== undefined) this.origin.set(replica.name, origin);
    return replica;
  }

  private drop(name: string, replica: Replica): void {
    this.replicas.delete(name);
    this.origin.delete(name);
    replica.close();
  }
}

const isRetryable = (error: unknown): boolean =>
  error !== null && typeof error === 'object' && 'retryable' in error && error.retryable === true;
