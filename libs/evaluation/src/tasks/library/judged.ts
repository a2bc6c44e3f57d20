import { bootstrapInterval, catalogueCoverage, mean, ndcg, novelty, pairedDifference, recall, reciprocalRank } from '#ranking';
import type { Comparison, ResultTable, Row } from '../../task.js';

/** Items a reader might be shown: those that others saved, those that nobody did, both. */
export const groups = ['warm', 'cold', 'all'] as const;
export type Group = (typeof groups)[number];

export const DEPTH = 20;
/** Places of a list that are looked at at all. */
export const LISTED = 50;
export const NDCG = `NDCG@${DEPTH}`;
const measures = [NDCG, `recall@${DEPTH}`, `recall@${LISTED}`, `MRR@${LISTED}`, 'coverage', 'novelty'] as const;

/** One reader's list, judged. */
interface Judged {
  readonly reader: number;
  readonly values: readonly number[];
  /** The first `DEPTH` items. */
  readonly shown: Int32Array;
}

/** Lists of several systems for the same readers, each judged as it comes so that lists need not be kept. */
export class Judgement {
  readonly #lists = new Map<string, Judged[]>();

  constructor(
    readonly group: Group,
    /** How many known readers saved each item. */
    private readonly readersOf: Int32Array,
    private readonly readers: number,
  ) {}

  /** `ranked`: item numbers, best first. Every system must be given the same readers in the same order. */
  add(system: string, reader: number, ranked: Int32Array, wanted: ReadonlySet<number>): void {
    const names = Array.from(ranked.subarray(0, LISTED), String);
    const relevant = new Set(Array.from(wanted, String));
    const gains = new Map(Array.from(relevant, (item) => [item, 1]));
    const shown = ranked.slice(0, DEPTH);
    const values = [
      ndcg(names, gains, DEPTH),
      recall(names, relevant, DEPTH),
      recall(names, relevant, LISTED),
      reciprocalRank(names, relevant),
    ];
    const lists = this.#lists.get(system);
    if (lists === undefined) this.#lists.set(system, [{ reader, values, shown }]);
    else lists.push({ reader, values, shown });
  }

  /** Whether there was anything to find in this group. */
  get isEmpty(): boolean {
    return this.#lists.size === 0;
  }

  /** NDCG of each case. @param accept which readers count; default all. */
  ndcgOf(system: string, accept: (reader: number) => boolean = () => true): number[] {
    return this.#casesOf(system, accept).map(({ values }) => values[0]!);
  }

  /** @param items that could be shown, for coverage. */
  table(
    title: string,
    systems: readonly { readonly name: string; readonly role: Row['role'] }[],
    items: number,
    seed: number,
    accept: (reader: number) => boolean = () => true,
  ): ResultTable {
    const rows = systems.map(({ name, role }): Row => {
      const cases = this.#casesOf(name, accept);
      const means = [0, 1, 2, 3].map((measure) => mean(cases.map(({ values }) => values[measure]!)));
      const coverage = catalogueCoverage(
        cases.map(({ shown }) => Array.from(shown)),
        items,
      );
      const bits = mean(
        cases.map(({ shown }) =>
          novelty(
            Array.from(shown, (item) => this.readersOf[item]!),
            this.readers,
          ),
        ),
      );
      return {
        system: name,
        role,
        values: Object.fromEntries(measures.map((measure, at) => [measure, [...means, coverage, bits][at]!])),
        interval: bootstrapInterval(
          cases.map(({ values }) => values[0]!),
          { seed },
        ),
      };
    });
    return { title, group: this.group, cases: this.#casesOf(systems[0]!.name, accept).length, measures, rows };
  }

  compare(better: string, worse: string, seed: number): Comparison {
    const [ours, theirs] = [this.ndcgOf(better), this.ndcgOf(worse)];
    const difference = pairedDifference(ours, theirs, { seed });
    return { group: this.group, measure: NDCG, better, worse, difference, relative: difference.mean / Math.max(1e-12, mean(theirs)) };
  }

  #casesOf(system: string, accept: (reader: number) => boolean): readonly Judged[] {
    return (this.#lists.get(system) ?? []).filter(({ reader }) => accept(reader));
  }
}
