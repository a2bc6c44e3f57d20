import type { GraphBuilder, Value } from '../onnx/graph-builder.js';

/** How raw features become numbers of one size. All float64 [features]. */
export interface Standardisation {
  /** What training has seen; anything beyond is taken to the border, since a model knows nothing out there. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** `(clip(rows, low, high) - mean) / scale` inside the graph: whoever fills rows needs to know the features and nothing else. */
export const standardisedRows = (g: GraphBuilder, rows: Value, { low, high, mean, scale }: Standardisation): Value => {
  const constant = (name: string, values: Float64Array): Value => g.floats(name, [values.length], values);
  const clipped = g.op('Min', [g.op('Max', [rows, constant('feature_low', low)]), constant('feature_high', high)]);
  return g.op('Div', [g.op('Sub', [clipped, constant('feature_mean', mean)]), constant('feature_scale', scale)]);
};

/** The same arithmetic for training, in place on `rows` [n, features] row-major. */
export const standardise = (rows: Float32Array, { low, high, mean, scale }: Standardisation): Float32Array => {
  const width = mean.length;
  for (let at = 0; at < rows.length; at += 1) {
    const f = at % width;
    rows[at] = (Math.min(Math.max(rows[at]!, low[f]!), high[f]!) - mean[f]!) / scale[f]!;
  }
  return rows;
};

/** Bounds a feature may never be clipped inside of, e.g. counts, which must keep mattering beyond what training has seen. */
export type KeepRange = (feature: number) => readonly [low: number, high: number] | null;

/** Mean, deviation and seen range of each column of `rows`. A column that never changed gets mean 0 and scale 1: it says nothing. */
export const measureColumns = (rows: Float32Array, width: number, keep: KeepRange): Standardisation => {
  const count = rows.length / width;
  const low = new Float64Array(width).fill(Infinity);
  const high = new Float64Array(width).fill(-Infinity);
  const mean = new Float64Array(width);
  const scale = new Float64Array(width);
  for (let at = 0; at < rows.length; at += 1) {
    const f = at % width;
    low[f] = Math.min(low[f]!, rows[at]!);
    high[f] = Math.max(high[f]!, rows[at]!);
    mean[f]! += rows[at]! / count;
  }
  for (let at = 0; at < rows.length; at += 1) scale[at % width]! += (rows[at]! - mean[at % width]!) ** 2 / count;
  for (let f = 0; f < width; f += 1) {
    const kept = keep(f);
    if (!(low[f]! < high[f]!)) mean[f] = 0;
    scale[f] = low[f]! < high[f]! ? Math.sqrt(scale[f]!) : 1;
    if (kept !== null) [low[f], high[f]] = kept;
  }
  return { low, high, mean, scale };
};
