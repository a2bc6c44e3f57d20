import { ModelMissingFailure, ModelUnfitFailure } from './model-unfit.failure.js';
import type { ModelFolders } from './model-folders.js';
import { planModels, scorerNames, type ModelPlan, type RegistryEntry, type ScorerName } from '#ranking';
import type { ModelShelf } from './model-shelf.js';
import type { RegistryReader } from './registry-reader.js';

export interface ModelSupplyParts {
  readonly folders: Pick<ModelFolders, 'versions' | 'directory'>;
  readonly registry: Pick<RegistryReader, 'entries' | 'revision'>;
  readonly shelf: Pick<ModelShelf<unknown>, 'adopt'>;
  readonly registryFailed: (error: unknown) => void;
  /** Told after every look: up to which change the registry was read, and whether what it says serves. */
  readonly dealtWith: (revision: number, adopted: boolean) => Promise<void>;
  readonly pollMs: number;
}

/**
 * Brings models to the shelf: at the start, and whenever the registry has changed since. The registry says what should serve; the
 * folder says what there is; the shelf says what is fit.
 */
export class ModelSupply {
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  /** What the registry said when it was last read: while it is away, the folder's newest must not push its choice aside. */
  private known: readonly RegistryEntry[] = [];
  private revision = 0;

  constructor(private readonly parts: ModelSupplyParts) {}

  /**
   * Puts the first set on the shelf. A version that is not fit is passed over for the next best: what the registry names, then the newest
   * in the folder, then older ones. Each is reported by the shelf, and every answer says which version made it.
   * @throws {ModelUnfitFailure} no version of a model is fit: the reason of the newest one. The process must not start.
   * @throws {ModelMissingFailure} there is no version at all.
   */
  async open(): Promise<void> {
    await this.readRegistry();
    const unfit = new Map<string, ModelUnfitFailure>();
    for (;;) {
      const plan = await this.plan(unfit);
      try {
        await this.parts.shelf.adopt(plan);
        await this.parts.dealtWith(this.revision, unfit.size === 0);
        return;
      } catch (error) {
        if (!(error instanceof ModelUnfitFailure)) throw error;
        unfit.set(`${error.model}@${error.version}`, error);
      }
    }
  }

  start(): void {
    this.timer = setInterval(() => void this.poll(), this.parts.pollMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.polling;
  }

  /** One look at the registry and the folder. Never throws: whatever is wrong, the models that serve go on. */
  poll(): Promise<void> {
    this.polling ??= this.look().finally(() => (this.polling = undefined));
    return this.polling;
  }

  private async look(): Promise<void> {
    await this.readRegistry();
    try {
      const adopted = await this.parts.shelf.adopt(await this.plan(new Map()));
      await this.parts.dealtWith(this.revision, adopted);
    } catch (error) {
      this.parts.registryFailed(error);
    }
  }

  private async readRegistry(): Promise<void> {
    try {
      // The revision first: a change that comes in between is then known without being owned to, and never the other way round.
      const revision = await this.parts.registry.revision();
      this.known = await this.parts.registry.entries();
      this.revision = revision;
    } catch (error) {
      this.parts.registryFailed(error);
    }
  }

  private async plan(unfit: ReadonlyMap<string, ModelUnfitFailure>): Promise<ModelPlan> {
    const fallback: Partial<Record<ScorerName, string>> = {};
    for (const name of scorerNames) fallback[name] = await this.newest(name, unfit);
    const fit = this.known.filter(({ name, version }) => !unfit.has(`${name}@${version}`));
    return planModels(fit, fallback as Record<ScorerName, string>); // every name was set in the loop
  }

  /** What serves for want of a live one: not what the registry gave another part, as long as there is something else. A shadow that was just trained is the newest of all. */
  private async newest(name: ScorerName, unfit: ReadonlyMap<string, ModelUnfitFailure>): Promise<string> {
    const { folders } = this.parts;
    const versions = await folders.versions(name);
    const fit = versions.filter((version) => !unfit.has(`${name}@${version}`));
    const hasOtherPart = (version: string): boolean =>
      this.known.some((row) => row.name === name && row.version === version && row.role !== 'live');
    const newest = fit.find((version) => !hasOtherPart(version)) ?? fit[0];
    if (newest !== undefined) return newest;
    throw unfit.get(`${name}@${versions[0] ?? ''}`) ?? new ModelMissingFailure(name, folders.directory);
  }
}
