/** One reason to be, or not to be, ready. `detail` is for people: no secrets, no reader references. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** True or null: ready. False or a text: not ready, and why. */
export type Probe = () => boolean | string | null | Promise<boolean | string | null>;

/** A probe that takes longer than this is as bad as one that fails: orchestrators ask again soon. */
const PROBE_LIMIT_MS = 2_000;

const outcome = (name: string, answer: boolean | string | null): Check =>
  answer === true || answer === null ? { name, ok: true } : { name, ok: false, ...(typeof answer === 'string' ? { detail: answer } : {}) };

const within = async <T>(work: Promise<T>, limitMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer in ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * What has to be true before this process may be given work. `readiness.check` is what the admin server asks.
 * `drain()` makes it not ready for good: call it first at shutdown, so that balancers stop sending.
 */
export class Readiness {
  private readonly probes = new Map<string, Probe>();
  private draining = false;

  constructor(private readonly limitMs = PROBE_LIMIT_MS) {}

  /** Adds or replaces a check. */
  add(name: string, probe: Probe): this {
    this.probes.set(name, probe);
    return this;
  }

  drain(): void {
    this.draining = true;
  }

  readonly check = async (): Promise<readonly Check[]> => {
    const checks = await Promise.all([...this.probes].map(([name, probe]) => this.ask(name, probe)));
    return this.draining ? [...checks, { name: 'shutdown', ok: false, detail: 'draining' }] : checks;
  };

  private async ask(name: string, probe: Probe): Promise<Check> {
    try {
      return outcome(name, await within(Promise.resolve(probe()), this.limitMs));
    } catch (error) {
      return { name, ok: false, detail: error instanceof Error ? error.message : 'failed' };
    }
  }
}
