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

/**
 * Mean, deviation and bounds of each column of `rows`. Bounds are what was seen, but the feature's own `range` where `whole` is 1 (counts
 * must keep mattering beyond what training has seen) and where the column never changed: that one says nothing yet, gets mean 0 and
 * scale 1, and is left to prior weights.
 */
export const measureColumns = (
  rows: Float32Array,
  ranges: readonly (readonly [low: number, high: number])[],
  whole: Uint8Array,
): Measured => {
  const width = ranges.length;
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
  const varies = Array.from(ranges, (_, f) => low[f]! < high[f]!);
  for (const [f, range] of ranges.entries()) {
    mean[f] = varies[f] ? mean[f]! : 0;
    scale[f] = varies[f] ? Math.sqrt(scale[f]!) : 1;
    if (!varies[f] || whole[f] === 1) [low[f], high[f]] = range;
  }
  return { standardisation: { low, high, mean, scale }, varies };
};

export interface Measured {
  readonly standardisation: Standardisation;
  /** Per column, whether it ever changed. */
  readonly varies: readonly boolean[];
}
