import type { FeedServedData } from '#contracts';

/** Versions of the models that a served record names; null where it does not tell: records of before all models were logged name only the one that made the scores. */
export interface NamedModels {
  readonly encoder: string | null;
  readonly personal: string | null;
  readonly trending: string | null;
}

/** The log writes the encoder as `name@version`, since its vectors are in the state. */
const versionOf = (text: string | undefined): string | null => text?.slice(text.lastIndexOf('@') + 1) ?? null;

export const namedBy = ({ model, models }: Pick<FeedServedData, 'model' | 'models'>): NamedModels => {
  const scored = (name: string): string | null => (model.name === name ? model.version : null);
  return {
    encoder: versionOf(models?.['encoder']),
    personal: models?.['personal'] ?? scored('personal'),
    trending: models?.['trending'] ?? scored('trending'),
  };
};

/** How many kept requests name these models. */
export interface NamedCount {
  readonly models: NamedModels;
  readonly requests: number;
}

/** Tells apart what records name; grows with versions, not with records. */
export class NamedTally {
  readonly #counts = new Map<string, NamedCount>();

  add(models: NamedModels): void {
    const key = `${models.encoder} ${models.personal} ${models.trending}`;
    this.#counts.set(key, { models, requests: (this.#counts.get(key)?.requests ?? 0) + 1 });
  }

  /** The most frequent first, equal ones by name. */
  get all(): readonly NamedCount[] {
    return [...this.#counts].sort(([a, { requests: x }], [b, { requests: y }]) => y - x || (a < b ? -1 : 1)).map(([, count]) => count);
  }
}
