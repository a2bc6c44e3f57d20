import type { Interval } from '#ranking';

/** What `npm run evaluate -- --task NAME` can judge. */
export const taskNames = ['library', 'sequence', 'prequential', 'trending', 'cold-prior', 'taste'] as const;
export type TaskName = (typeof taskNames)[number];

export interface TaskOptions {
  /** The data set's own folder, found and checked by the command. */
  readonly data: string;
  /** File of held-back rows in the layout of the data set's events: judged instead of a part that the task holds out itself. */
  readonly test: string | null;
  /** Every random choice is drawn from these; a task that reports several runs makes one for each. */
  readonly seeds: readonly number[];
  /** Progress, one line at a time. */
  readonly say: (line: string) => void;
}

/** One system on one group of cases. */
export interface Row {
  readonly system: string;
  /** Whether it is one of ours or a baseline. */
  readonly role: 'ours' | 'baseline' | 'reference';
  /** Measure -> its mean over cases, in the order of the table's columns. */
  readonly values: Readonly<Record<string, number>>;
  /** Interval of the first measure over cases, where there are cases to resample. */
  readonly interval: Interval | null;
}

/** Systems side by side on the same cases: `group` is "warm", "cold", "all", "10 to 50 saves", ... */
export interface ResultTable {
  readonly title: string;
  readonly group: string;
  readonly cases: number;
  readonly measures: readonly string[];
  readonly rows: readonly Row[];
}

/** Paired difference of two systems, case by case: the first is better where `low` is above 0. */
export interface Comparison {
  readonly group: string;
  readonly measure: string;
  readonly better: string;
  readonly worse: string;
  readonly difference: Interval;
  /** `difference.mean` over the mean of the worse. */
  readonly relative: number;
}

/** A figure that was promised, and whether it was reached. */
export interface Goal {
  readonly promise: string;
  readonly wanted: string;
  readonly reached: string;
  readonly met: boolean;
}

export interface TaskReport {
  readonly task: TaskName;
  /** Name of the data set's folder. */
  readonly data: string;
  /** How it was judged, a sentence a line: splits, candidates, what was known when. */
  readonly protocol: readonly string[];
  readonly tables: readonly ResultTable[];
  readonly comparisons: readonly Comparison[];
  readonly goals: readonly Goal[];
  /** What a reader of the figures should know besides, costs among it. */
  readonly notes: readonly string[];
}

export interface EvaluationTask {
  readonly name: TaskName;
  /** One line for `--help`. */
  readonly summary: string;
  /** Files that a folder must hold to be judged by this task. One named without `.gz` may lie there gzipped. */
  readonly needs: readonly string[];
  /** Other layouts that the task can judge as well. */
  readonly alternatives?: readonly (readonly string[])[];
  run(options: TaskOptions): Promise<TaskReport>;
}
