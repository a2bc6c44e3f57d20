import type { EpochMs } from '#contracts';

/** What answers are told apart by: which model scored them, in which arm of an experiment. */
export interface ModelArm {
  readonly model: string;
  readonly arm: string;
}

/** Stands for all that there is no room for. */
export const OTHER: ModelArm = { model: 'other', arm: 'other' };

interface Known {
  readonly pair: ModelArm;
  lastAt: EpochMs;
}

export interface KnownArmsOptions {
  /** Pairs that are told apart at a time. */
  readonly most: number;
  /** A pair that was not seen for so long gives its place to another, in ms. */
  readonly idleMs: number;
  /** A pair has lost its place. */
  readonly forgotten: (pair: ModelArm) => void;
}

/**
 * The models and arms that have series of their own. Names come from the log, and each promotion and each experiment brings new ones, while the
 * series of a process stay for as long as it lives: so their number has to be bounded here.
 */
export class KnownArms {
  private readonly known = new Map<string, Known>();

  constructor(private readonly options: KnownArmsOptions) {}

  /** @returns the pair itself, or `OTHER` when there is no room for it */
  take({ model, arm }: ModelArm, at: EpochMs): ModelArm {
    const key = JSON.stringify([model, arm]);
    const found = this.known.get(key);
    if (found !== undefined) {
      found.lastAt = Math.max(found.lastAt, at);
      return found.pair;
    }
    if (this.known.size >= this.options.most && !this.makeRoom(at)) return OTHER;
    const pair = { model, arm };
    this.known.set(key, { pair, lastAt: at });
    return pair;
  }

  private makeRoom(at: EpochMs): boolean {
    let idlest: [string, Known] | undefined;
    for (const entry of this.known) if (idlest === undefined || entry[1].lastAt < idlest[1].lastAt) idlest = entry;
    if (idlest === undefined || at - idlest[1].lastAt < this.options.idleMs) return false;
    this.known.delete(idlest[0]);
    this.options.forgotten(idlest[1].pair);
    return true;
  }
}
