/** A stretch of an axis and the values to write on it, ascending. */
export interface AxisRange {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** 1, 2 or 5 times a power of ten, so that about `count` steps make `span`. */
const stepFor = (span: number, count: number): number => {
  const power = 10 ** Math.floor(Math.log10(span / count));
  const rest = span / count / power;
  return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
};

/** Sums of binary fractions end in noise: 0.30000000000000004 is no label. */
export const tidy = (value: number): number => Number(value.toPrecision(12));

/**
 * A range with round ends that holds all values. @param include values that must be on it whatever the data are (0 for shares).
 * @param count about as many steps.
 */
export const roundRange = (
  values: readonly number[],
  { include = [], count = 5 }: { include?: readonly number[]; count?: number } = {},
): AxisRange => {
  const finite = [...values, ...include].filter(Number.isFinite);
  const [least, most] = [finite.reduce((a, b) => Math.min(a, b), Infinity), finite.reduce((a, b) => Math.max(a, b), -Infinity)];
  if (finite.length === 0) return { low: 0, high: 1, ticks: [0, 0.5, 1] };
  // Below a billionth, differences are noise, and steps between them are no numbers.
  const span = Math.max(most - least || Math.abs(most) || 1, 1e-9 * Math.max(1, Math.abs(most), Math.abs(least)));
  const step = stepFor(span, count);
  const low = Math.floor(tidy(least / step));
  const high = Math.max(low + 1, Math.ceil(tidy(most / step)));
  return {
    low: tidy(low * step),
    high: tidy(high * step),
    ticks: Array.from({ length: high - low + 1 }, (_, i) => tidy((low + i) * step)),
  };
};

/** Place of a value in pixels from the top, as a linear scale of this range puts it. */
export const pixelDown = (value: number, { low, high }: AxisRange, height: number): number => height * (1 - (value - low) / (high - low));
