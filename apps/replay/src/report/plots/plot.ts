import type { Picture } from '../draw/panel.js';
import type { RunFacts } from '../run/run-facts.js';

export type Cell = string | number | null;

/** The figures behind a plot: the CSV beside it, and its alternative for those who do not see it. */
export interface Table {
  /** Names in the CSV; `heading` says more, with the unit. */
  readonly columns: readonly { readonly name: string; readonly heading: string; readonly digits?: number }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** One figure of the report. */
export interface Plot {
  /** Stem of its files. */
  readonly name: string;
  /** What it is of. */
  readonly title: string;
  /** What the data say, in one sentence: the headline. */
  readonly finding: string;
  /** How to read it: what is counted, over what, and what the marks mean. */
  readonly reading: string;
  /** Null where the run has no data for it; `finding` then says why. */
  readonly picture: Picture | null;
  readonly table: Table;
}

export type PlotMaker = (facts: RunFacts) => Plot;

/** A plot that has nothing to show. @param why a sentence. */
export const emptyPlot = (plot: Pick<Plot, 'name' | 'title' | 'reading'> & { readonly table: Table }, why: string): Plot => ({
  ...plot,
  finding: why,
  picture: null,
});

/** Pixels of a plot over the whole column. */
export const WIDE = 920;
