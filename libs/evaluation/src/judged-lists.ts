import { catalogueCoverage, clusteredInterval, mean, ndcg, seededRandom } from '#ranking';
import type { Comparison, ResultTable, Row } from './task.js';

/** One list that several systems ordered. */
export interface JudgedList {
  /** Groups that it is judged in besides "all". */
  readonly groups: readonly string[];
  /** Lists of one day resemble each other: intervals are drawn over days. */
  readonly day: string;
  readonly ids: readonly string[];
  /** What each item turned out to be worth, in the order of `ids`; 0 = nothing. */
  readonly gains: ArrayLike<number>;
  /** Each system's scores, in the order of `ids`. */
  readonly scores: ReadonlyMap<string, ArrayLike<number>>;
}

export interface JudgedSystem {
  readonly name: string;
  readonly role: Row['role'];
}

/** Figures of all systems over the same lists. Lists of which nothing came are left out: no order of them is better than another. */
export class JudgedLists {
  readonly #lists: readonly (JudgedList & { readonly figures: ReadonlyMap<string, Figures> })[];

  /**
   * @param depth how much of each list is looked at.
   * @param seed of the chance that orders equal scores, the same for every system, and of the resampling.
   */
  constructor(
    lists: readonly JudgedList[],
    private readonly depth: number,
    private readonly seed: number,
  ) {
    const random = seededRandom(seed);
    this.#lists = lists
      .filter(({ gains }) => Array.from(gains).some((gain) => gain > 0))
      .map((list) => {
        const chance = list.ids.map(() => random());
        return { ...list, figures: new Map([...list.scores].map(([system, scores]) => [system, figuresOf(list, scores, chance, depth)])) };
      });
  }

  get count(): number {
    return this.#lists.length;
  }

  /** "all" first, then in the order in which they came up. */
  get groups(): readonly string[] {
    return ['all', ...new Set(this.#lists.flatMap(({ groups }) => groups))];
  }

  meanOf(system: string, group = 'all'): number {
    return mean(this.#ndcgs(system, group));
  }

  table(title: string, group: string, systems: readonly JudgedSystem[]): ResultTable {
    const lists = this.#of(group);
    const items = new Set(lists.flatMap(({ ids }) => ids)).size;
    return {
      title,
      group,
      cases: lists.length,
      measures: [`NDCG@${this.depth}`, `gain share@${this.depth}`, 'coverage'],
      rows: systems.map(({ name, role }) => ({
        system: name,
        role,
        values: {
          [`NDCG@${this.depth}`]: this.meanOf(name, group),
          [`gain share@${this.depth}`]: mean(lists.map(({ figures }) => figures.get(name)!.share)),
          coverage: catalogueCoverage(
            lists.map(({ figures }) => figures.get(name)!.shown),
            items,
          ),
        },
        interval: clusteredInterval(this.#ndcgs(name, group), this.#days(group), { seed: this.seed }),
      })),
    };
  }

  /** Paired, list by list. */
  compare(group: string, better: string, worse: string): Comparison {
    const theirs = this.#ndcgs(worse, group);
    const differences = this.#ndcgs(better, group).map((ours, list) => ours - theirs[list]!);
    const difference = clusteredInterval(differences, this.#days(group), { seed: this.seed });
    return { group, measure: `NDCG@${this.depth}`, better, worse, difference, relative: difference.mean / Math.max(mean(theirs), 1e-9) };
  }

  #of(group: string) {
    return group === 'all' ? this.#lists : this.#lists.filter(({ groups }) => groups.includes(group));
  }

  #days(group: string): string[] {
    return this.#of(group).map(({ day }) => day);
  }

  #ndcgs(system: string, group: string): number[] {
    return this.#of(group).map(({ figures }) => {
      const own = figures.get(system);
      if (own === undefined) throw new RangeError(`${system} did not order every list`);
      return own.ndcg;
    });
  }
}

interface Figures {
  readonly ndcg: number;
  /** Share of all gains that the first `depth` hold. */
  readonly share: number;
  readonly shown: readonly string[];
}

const figuresOf = ({ ids, gains }: JudgedList, scores: ArrayLike<number>, chance: readonly number[], depth: number): Figures => {
  const order = ids.map((_, place) => place).sort((a, b) => scores[b]! - scores[a]! || chance[a]! - chance[b]!);
  const shown = order.slice(0, depth).map((place) => ids[place]!);
  const worth = new Map(ids.map((id, place) => [id, Math.max(0, gains[place]!)]));
  const sum = (of: readonly string[]): number => of.reduce((total, id) => total + worth.get(id)!, 0);
  return { ndcg: ndcg(shown, worth, depth), share: sum(shown) / sum(ids), shown };
};
