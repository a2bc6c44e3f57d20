import type { SketchBin } from './score-sketch.js';

/** Maps a score to a chance. */
export type ChanceOf = (score: number) => number;

const STEPS = 200;
const ENOUGH = 1e-12;
const LEAST_DAMPING = 1e-9;
const MOST_DAMPING = 1e12;

/**
 * The curve `1 / (1 + exp(-(slope z + offset)))` of standardised scores z that best tells what came true, by Newton's method, damped. Targets are drawn in by one imagined case each way, so that scores which
 * separate perfectly still give a finite curve. Source: Platt, "Probabilistic outputs for support vector machines", 1999; targets and steps as in Lin, Lin and Weng, 2007.
 * @param bins counts of scores with how many came true; none = a curve that says one half.
 */
export const logisticCurve = (bins: readonly SketchBin[]): ChanceOf => {
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  if (count === 0) return () => 0.5;
  const { centre, scale } = spreadOf(bins, count);
  const rows = bins.map(({ score, count: n, happened }) => ({ z: (score - centre) / scale, n, happened }));
  const hits = rows.reduce((sum, { happened }) => sum + happened, 0);
  const [high, low] = [(hits + 1) / (hits + 2), 1 / (count - hits + 2)];
  const targets = rows.map(({ z, n, happened }) => ({ z, n, wanted: happened * high + (n - happened) * low }));
  const { slope, offset } = newton(targets, Math.log((hits + 1) / (count - hits + 1)));
  return (score) => sigmoid((slope * (score - centre)) / scale + offset);
};

interface Target {
  readonly z: number;
  readonly n: number;
  /** Sum of targets of the bin's cases. */
  readonly wanted: number;
}

interface Line {
  readonly slope: number;
  readonly offset: number;
}

/** Newton's steps, damped while they would make things worse (far out, where the curve is flat, a full step leads anywhere). Damping changes the way, not the end. */
const newton = (targets: readonly Target[], start: number): Line => {
  let line: Line = { slope: 0, offset: start };
  let loss = lossOf(targets, line);
  let damping = LEAST_DAMPING;
  for (let step = 0; step < STEPS && damping < MOST_DAMPING; step++) {
    const next = stepped(targets, line, damping);
    const reached = lossOf(targets, next);
    if (!(reached < loss)) damping *= 10;
    else {
      damping = Math.max(LEAST_DAMPING, damping / 10);
      const isEnough = loss - reached < ENOUGH * loss;
      [line, loss] = [next, reached];
      if (isEnough) break;
    }
  }
  return line;
};

/** Source: Levenberg, 1944. */
const stepped = (targets: readonly Target[], line: Line, damping: number): Line => {
  let [g0, g1, h00, h01, h11] = [0, 0, damping, 0, damping];
  for (const { z, n, wanted } of targets) {
    const chance = sigmoid(line.slope * z + line.offset);
    const rest = n * chance - wanted;
    const weight = n * chance * (1 - chance);
    g0 += rest;
    g1 += rest * z;
    h00 += weight;
    h01 += weight * z;
    h11 += weight * z * z;
  }
  const determinant = h00 * h11 - h01 * h01;
  return { offset: line.offset - (h11 * g0 - h01 * g1) / determinant, slope: line.slope - (h00 * g1 - h01 * g0) / determinant };
};

const lossOf = (targets: readonly Target[], { slope, offset }: Line): number =>
  targets.reduce((sum, { z, n, wanted }) => {
    const at = slope * z + offset;
    return sum + n * Math.log1p(Math.exp(-Math.abs(at))) + (at > 0 ? (n - wanted) * at : -wanted * at);
  }, 0);

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

const spreadOf = (bins: readonly SketchBin[], count: number): { centre: number; scale: number } => {
  const centre = bins.reduce((sum, bin) => sum + bin.count * bin.score, 0) / count;
  const variance = bins.reduce((sum, bin) => sum + bin.count * (bin.score - centre) ** 2, 0) / count;
  return { centre, scale: variance > 0 ? Math.sqrt(variance) : 1 };
};
