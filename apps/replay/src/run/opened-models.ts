import type { FeedServedData, Positions } from '#contracts';
import type { OnnxPaperEncoder } from '#model';
import type { RankingConfig } from '#ranking';
import type { Side, StartState } from '../rerank/engine-types.js';
import { loadEncoder, loadSide, stateConfigFor, type LoadedSide } from '../rerank/load-models.js';
import { namedBy, type NamedCount, type NamedModels } from '../rerank/named-models.js';
import type { RankingWith } from '../rerank/ranking-with.js';
import { coldStart } from '../snapshots/start-state.js';
import { isModelThere, modelNames, versionsOf, type LiveVersions, type ModelName, type ModelVersions } from './model-choice.js';

/** Word of `--model` for the models that the served record names. */
export const SERVED = 'served';

export interface ModelsAsked {
  /** `served`, or what `--model` of a run may be. */
  readonly choice: string;
  readonly modelsDir: string;
  readonly config: RankingConfig;
  readonly live: LiveVersions;
  /** Where the fold begins. */
  readonly begins: Positions;
}

/** Models that requests were ranked again with, and whether they are those that served them. */
export interface ModelsUsed {
  readonly versions: ModelVersions;
  readonly served: NamedModels;
  /** Of those that the records name, the ones in whose place another was taken. */
  readonly others: readonly ModelName[];
  readonly requests: number;
}

const nothingNamed: NamedModels = { encoder: null, personal: null, trending: null };

/** Opens each version once. The encoder is one for all: that of most records, since its vectors are in the state that they share. */
export class OpenedModels implements RankingWith {
  private constructor(
    readonly start: StartState,
    readonly encoder: OnnxPaperEncoder,
    private readonly sides: ReadonlyMap<string, LoadedSide>,
    private readonly usedFor: ReadonlyMap<string, ModelsUsed>,
  ) {}

  /** @throws {UsageError} the choice can not be meant, or there is no version of a model at all. */
  static async open({ choice, modelsDir, config, live, begins }: ModelsAsked, named: readonly NamedCount[]): Promise<OpenedModels> {
    const chosen = await versionsOf(choice === SERVED ? 'newest' : choice, modelsDir, live);
    const [most] = named;
    const isHere = async (name: ModelName, version: string | null): Promise<boolean> =>
      choice === SERVED && version !== null && (await isModelThere(modelsDir, name, version));
    const encoder = (await isHere('encoder', most?.models.encoder ?? null)) ? most!.models.encoder! : chosen.encoder;
    const usedFor = new Map<string, ModelsUsed>();
    for (const { models, requests } of named.length === 0 ? [{ models: nothingNamed, requests: 0 }] : named) {
      const versions: Record<ModelName, string> = { ...chosen, encoder };
      for (const name of ['personal', 'trending'] as const) if (await isHere(name, models[name])) versions[name] = models[name]!;
      const others = modelNames.filter((name) => models[name] !== null && models[name] !== versions[name]);
      usedFor.set(keyOf(models), { versions, served: models, others, requests });
    }
    const opened: { close(): Promise<void> }[] = [];
    try {
      const loaded = await loadEncoder(modelsDir, encoder);
      opened.push(loaded);
      const sides = new Map<string, LoadedSide>();
      for (const { versions } of usedFor.values()) {
        if (sides.has(sideKey(versions))) continue;
        const side = await loadSide('a', { modelsDir, trending: versions.trending, personal: versions.personal, config });
        opened.push(side);
        sides.set(sideKey(versions), side);
      }
      return new OpenedModels(coldStart(stateConfigFor(loaded), begins), loaded, sides, usedFor);
    } catch (error) {
      for (const each of opened) await each.close();
      throw error;
    }
  }

  sideOf(served: FeedServedData | null): Side {
    const used = this.usedFor.get(keyOf(served === null ? nothingNamed : namedBy(served)));
    const side = used === undefined ? undefined : this.sides.get(sideKey(used.versions));
    if (side === undefined) throw new RangeError(`request ${served?.requestId ?? ''} was not among those that models were opened for`);
    return side;
  }

  /** The most frequent first. */
  get used(): readonly ModelsUsed[] {
    return [...this.usedFor.values()];
  }

  async close(): Promise<void> {
    for (const side of this.sides.values()) await side.close();
    await this.encoder.close();
  }
}

const keyOf = ({ encoder, personal, trending }: NamedModels): string => `${encoder} ${personal} ${trending}`;
const sideKey = ({ personal, trending }: ModelVersions): string => `${personal} ${trending}`;

/** Which models answer now, in place of which: a line for people. */
export const usedText = ({ versions, served, others, requests }: ModelsUsed): string => {
  const named = modelNames.filter((name) => served[name] !== null);
  const used = modelNames.map((name) => `${name}@${versions[name]}`).join(', ');
  const whose =
    named.length === 0
      ? 'no record says by which it was served'
      : others.length === 0
        ? named.length === modelNames.length
          ? 'those that served'
          : `as far as the record says (${named.join(', ')}), those that served`
        : `not those that served: ${others.map((name) => `${name}@${served[name]}`).join(', ')}`;
  return `models: ${used}; ${whose}${requests > 1 ? ` (${requests} requests)` : ''}`;
};
