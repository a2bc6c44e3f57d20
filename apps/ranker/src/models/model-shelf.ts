import { armOf, LIVE_ARM, scorerNames, type ModelPlan, type RowScorer, type ScorerName } from '#ranking';
import { ModelUnfitFailure } from './model-unfit.failure.js';
import { ShadowedRowScorer, type CompareShadow } from './shadowed-row-scorer.js';

/** A scorer that holds native memory. */
export interface LoadedScorer extends RowScorer {
  close(): Promise<void>;
}

export type Scorers = Readonly<Record<ScorerName, RowScorer>>;

export interface ShelfObserver {
  /** The set of models that serves from now on, arm by arm. */
  serving(arms: ReadonlyMap<string, Scorers>): void;
  /** A version could not be loaded; what served before goes on. */
  notLoaded(name: ScorerName, version: string, error: unknown): void;
  compared: CompareShadow;
  shadowFailed(error: unknown): void;
}

export interface ShelfParts<P> {
  /** Loads, checks and warms up one version, until `signal` says that nobody wants it any more. @throws when it is not fit to serve. */
  readonly load: (name: ScorerName, version: string, signal: AbortSignal) => Promise<LoadedScorer>;
  /** What is made of the scorers of an arm, once for each set. */
  readonly build: (arm: string, scorers: Scorers) => P;
  readonly observer: ShelfObserver;
}

interface Held {
  readonly scorer: LoadedScorer;
  /** Generations that hold it. */
  holders: number;
}

interface Arm<P> {
  readonly name: string;
  readonly share: number;
  readonly product: P;
}

/** A set of models that serves together. It stays open until it is replaced *and* the last request that began with it has ended. */
interface Generation<P> {
  readonly key: string;
  readonly versions: ModelPlan['live'];
  readonly arms: readonly Arm<P>[];
  readonly live: Arm<P>;
  readonly held: readonly string[];
  uses: number;
  retired: boolean;
}

/** The same plan is the same text. */
const keyOf = (plan: ModelPlan): string => JSON.stringify(plan);

/**
 * The models that serve: the live ones, those of experiment arms, and shadows. A new plan is loaded beside what serves and takes
 * over in one step; a plan with a version that is not fit changes nothing. Versions that both plans name are not loaded twice.
 */
export class ModelShelf<P> {
  private readonly loaded = new Map<string, Held>();
  private current: Generation<P> | undefined;
  private changing: Promise<unknown> = Promise.resolve();
  private readonly closing = new AbortController();

  constructor(private readonly parts: ShelfParts<P>) {}

  /**
   * Makes `plan` the one that serves. Out: whether it serves now. One change at a time.
   * @throws {ModelUnfitFailure} nothing serves yet and a version of the plan is not fit.
   */
  adopt(plan: ModelPlan): Promise<boolean> {
    const outcome = this.changing.then(() => this.change(plan));
    this.changing = outcome.catch(() => undefined);
    return outcome;
  }

  /** Runs `work` with the reader's arm and keeps its models open until the work has ended. */
  async use<T>(readerRef: string | undefined, work: (product: P) => Promise<T>): Promise<T> {
    const generation = this.current;
    if (generation === undefined) throw new Error('no model serves yet');
    const name = armOf(
      generation.arms.map(({ name: arm, share }) => ({ arm, share })),
      readerRef,
    );
    const arm = generation.arms.find((candidate) => candidate.name === name) ?? generation.live;
    generation.uses += 1;
    try {
      return await work(arm.product);
    } finally {
      generation.uses -= 1;
      await this.closeIfOver(generation);
    }
  }

  /** Model name -> live version; empty before the first set. */
  get versions(): Readonly<Record<string, string>> {
    return this.current?.versions ?? {};
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.changing;
    if (this.current !== undefined) await this.retire(this.current);
    this.current = undefined;
  }

  private async change(plan: ModelPlan): Promise<boolean> {
    const key = keyOf(plan);
    if (key === this.current?.key) return true;
    if (this.closing.signal.aborted) return false;
    // A plan that was refused is tried again at the next poll: the registry may name a version before its folder has arrived.
    const next = await this.open(plan, key);
    if (next === null) return false;
    const previous = this.current;
    this.current = next;
    if (previous !== undefined) await this.retire(previous);
    return true;
  }

  private async open(plan: ModelPlan, key: string): Promise<Generation<P> | null> {
    const held: string[] = [];
    try {
      const live = await this.scorersOf(plan.live, plan.shadows, held);
      const scorers = new Map<string, Scorers>([[LIVE_ARM, live]]);
      for (const { arm, versions } of plan.arms) scorers.set(arm, await this.scorersOf(versions, {}, held));
      this.parts.observer.serving(scorers);
      const shares = new Map(plan.arms.map(({ arm, share }) => [arm, share]));
      const arms = [...scorers].map(([name, of]) => ({ name, share: shares.get(name) ?? 0, product: this.parts.build(name, of) }));
      const [liveArm, ...others] = arms as [Arm<P>, ...Arm<P>[]]; // the map was begun with the live arm
      return { key, versions: plan.live, arms: others, live: liveArm, held, uses: 0, retired: false };
    } catch (error) {
      await this.release(held);
      if (this.current === undefined) throw error;
      return null;
    }
  }

  private async scorersOf(
    versions: Readonly<Record<ScorerName, string>>,
    shadows: Readonly<Partial<Record<ScorerName, string>>>,
    held: string[],
  ): Promise<Scorers> {
    const scorers: Partial<Record<ScorerName, RowScorer>> = {};
    for (const name of scorerNames) {
      const scorer = await this.hold(name, versions[name], held);
      const shadow = shadows[name];
      scorers[name] = shadow === undefined ? scorer : this.shadowed(scorer, await this.hold(name, shadow, held));
    }
    return scorers as Scorers; // every name was set in the loop
  }

  private shadowed(live: RowScorer, shadow: RowScorer): RowScorer {
    const { observer } = this.parts;
    return new ShadowedRowScorer(
      live,
      shadow,
      (a, b, heads) => observer.compared(a, b, heads),
      (error) => observer.shadowFailed(error),
    );
  }

  private async hold(name: ScorerName, version: string, held: string[]): Promise<LoadedScorer> {
    const key = `${name}@${version}`;
    let entry = this.loaded.get(key);
    if (entry === undefined) {
      try {
        entry = { scorer: await this.parts.load(name, version, this.closing.signal), holders: 0 };
      } catch (error) {
        this.parts.observer.notLoaded(name, version, error);
        throw new ModelUnfitFailure(name, version, error);
      }
      this.loaded.set(key, entry);
    }
    entry.holders += 1;
    held.push(key);
    return entry.scorer;
  }

  private async release(held: readonly string[]): Promise<void> {
    for (const key of held) {
      const entry = this.loaded.get(key);
      if (entry === undefined) continue;
      entry.holders -= 1;
      if (entry.holders > 0) continue;
      this.loaded.delete(key);
      await entry.scorer.close();
    }
  }

  private async retire(generation: Generation<P>): Promise<void> {
    generation.retired = true;
    await this.closeIfOver(generation);
  }

  private async closeIfOver(generation: Generation<P>): Promise<void> {
    if (generation.retired && generation.uses === 0) await this.release(generation.held);
  }
}
