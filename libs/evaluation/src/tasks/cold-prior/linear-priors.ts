import type { ColdDay } from '#model';
import { trendingFeatureNames } from '#ranking';
import { ridge, times } from './ridge.js';
import type { SparseRows } from './ridge.js';
import { wordRows } from './word-rows.js';

/** Scores of the papers of a day, in their order. */
export type Prior = (day: ColdDay) => Float64Array;

/** A way to learn a prior from days of known outcome; `lambda` is how much it distrusts them. */
export type Fitting = (days: readonly ColdDay[], lambda: number) => Prior;

/** Linear in the TF-IDF of title and abstract: what the text alone tells. */
export const textPrior: Fitting = (days, lambda) => {
  const toRows = wordRows(days.flatMap(textsOf));
  const weights = ridge(toRows(days.flatMap(textsOf)), liftsOf(days), lambda);
  return (day) => times(toRows(textsOf(day)), weights);
};

/** Linear in some of the trending model's columns, standardised over the days that it learns from. */
export const columnPrior =
  (names: readonly string[]): Fitting =>
  (days, lambda) => {
    const columns = names.map((name) => trendingFeatureNames.indexOf(name));
    const raw = days.flatMap((day) => valuesOf(day, columns));
    const scales = names.map((_, at) => scaleOf(raw.map((row) => row[at]!)));
    const standardised = (day: ColdDay): SparseRows =>
      denseRows(valuesOf(day, columns).map((row) => row.map((value, at) => (value - scales[at]!.mean) / scales[at]!.deviation)));
    const all = denseRows(raw.map((row) => row.map((value, at) => (value - scales[at]!.mean) / scales[at]!.deviation)));
    const weights = ridge(all, liftsOf(days), lambda);
    return (day) => times(standardised(day), weights);
  };

const textsOf = ({ papers }: ColdDay): { readonly title: string; readonly abstract: string }[] => papers.map(({ paper }) => paper);

/** How much better a paper did than its day's papers, in log votes: days differ more than papers do. */
const liftsOf = (days: readonly ColdDay[]): Float64Array =>
  Float64Array.from(
    days.flatMap(({ votes }) => {
      const logs = Array.from(votes, (each) => Math.log1p(each));
      const middle = logs.reduce((sum, each) => sum + each, 0) / logs.length;
      return logs.map((each) => each - middle);
    }),
  );

const valuesOf = ({ rows, papers }: ColdDay, columns: readonly number[]): number[][] =>
  papers.map((_, row) => columns.map((column) => rows[row * trendingFeatureNames.length + column]!));

const scaleOf = (values: readonly number[]): { readonly mean: number; readonly deviation: number } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
  return { mean, deviation: deviation > 0 ? deviation : 1 };
};

const denseRows = (rows: readonly (readonly number[])[]): SparseRows => {
  const width = rows[0]?.length ?? 0;
  return {
    width,
    starts: Int32Array.from({ length: rows.length + 1 }, (_, row) => row * width),
    columns: Int32Array.from({ length: rows.length * width }, (_, at) => at % width),
    values: Float64Array.from(rows.flat()),
  };
};
