import { Failure } from '#contracts';
import type { Manifest } from '../manifest/manifest.js';

/** A loaded model that can be let go. */
export interface HeldModel {
  readonly manifest: Manifest;
  close(): Promise<void>;
}

export type ReplaceOutcome<M> =
  { readonly ok: true; readonly replaced: boolean; readonly model: M } | { readonly ok: false; readonly failure: Failure };

/**
 * Holds the model that serves, and puts another in its place without a gap.
 *
 * The new one is loaded and checked beside the old; only when it is good does it take over, at once and for all later calls.
 * The old one is closed after the last `use` that began with it has ended. A bad one is never seen by a call. Looking for new
 * folders (registry, watch, signal) is the app's business.
 */
export class ModelHolder<M extends HeldModel> {
  #current: M;
  readonly #uses = new Map<M, { count: number; retired: boolean }>();
  #replacing: Promise<unknown> = Promise.resolve();

  constructor(
    first: M,
    private readonly load: (directory: string) => Promise<M>,
  ) {
    this.#current = first;
    this.#uses.set(first, { count: 0, retired: false });
  }

  static async open<M extends HeldModel>(directory: string, load: (directory: string) => Promise<M>): Promise<ModelHolder<M>> {
    return new ModelHolder(await load(directory), load);
  }

  /** The model that serves now. Hold it no longer than one `await`; for longer work take `use`. */
  current(): M {
    return this.#current;
  }

  /** Runs `work` with the model that serves now and keeps that model open until `work` has ended. */
  async use<T>(work: (model: M) => Promise<T>): Promise<T> {
    const model = this.#current;
    const uses = this.usesOf(model);
    uses.count += 1;
    try {
      return await work(model);
    } finally {
      uses.count -= 1;
      await this.closeIfUnused(model);
    }
  }

  /** Loads `directory` and lets it take over. A model that is not good changes nothing and is answered as its failure. */
  tryReplace(directory: string): Promise<ReplaceOutcome<M>> {
    const outcome = this.#replacing.then(() => this.replace(directory));
    // One at a time: of two loads at once the slower would win, whichever was asked for last.
    this.#replacing = outcome.catch(() => undefined);
    return outcome;
  }

  /** Closes the model that serves, after its last use. The holder is of no use afterwards. */
  close(): Promise<void> {
    this.usesOf(this.#current).retired = true;
    return this.closeIfUnused(this.#current) ?? Promise.resolve();
  }

  private async replace(directory: string): Promise<ReplaceOutcome<M>> {
    let next: M;
    try {
      next = await this.load(directory);
    } catch (error) {
      if (error instanceof Failure) return { ok: false, failure: error };
      throw error;
    }
    const previous = this.#current;
    if (next.manifest.name === previous.manifest.name && next.manifest.version === previous.manifest.version) {
      await next.close();
      return { ok: true, replaced: false, model: previous };
    }
    this.#uses.set(next, { count: 0, retired: false });
    this.#current = next;
    this.usesOf(previous).retired = true;
    await this.closeIfUnused(previous);
    return { ok: true, replaced: true, model: next };
  }

  private usesOf(model: M): { count: number; retired: boolean } {
    const uses = this.#uses.get(model);
    if (uses === undefined) throw new Error(`model ${model.manifest.name} is not held`);
    return uses;
  }

  private closeIfUnused(model: M): Promise<void> | undefined {
    const uses = this.#uses.get(model);
    if (uses === undefined || !uses.retired || uses.count > 0) return undefined;
    this.#uses.delete(model);
    return model.close();
  }
}
