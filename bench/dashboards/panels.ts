import { boards } from '../../scripts/dashboards/boards.js';
import type { Line, Prometheus } from '../monitoring/prometheus.js';

/** What one panel showed over a run. */
export interface PanelShown {
  readonly board: string;
  readonly title: string;
  readonly zeroIsGood: boolean;
  /** Lines of all its queries that had a number at some time. */
  readonly lines: number;
  readonly least: number;
  readonly most: number;
  /** The largest value at the end; null when no line has one then. */
  readonly last: number | null;
  readonly verdict: 'data' | 'trouble shown' | 'zero, which is good' | 'DEAD';
}

/** Graphs are drawn with about as many points. */
const STEP_S = 5;

const numbersOf = ({ values }: Line): readonly number[] => values.map(([, value]) => Number(value)).filter(Number.isFinite);

const verdictOf = (zeroIsGood: boolean, values: readonly number[]): PanelShown['verdict'] => {
  if (!zeroIsGood) return values.length > 0 ? 'data' : 'DEAD';
  return values.some((value) => value > 0) ? 'trouble shown' : 'zero, which is good';
};

/** Asks every query of every panel of every board over a run, as Grafana does. @throws when Prometheus does not understand one */
export const panelsShown = async (prometheus: Prometheus, from: number, to: number): Promise<readonly PanelShown[]> => {
  const shown: PanelShown[] = [];
  for (const { title: board, rows } of boards)
    for (const { title, asks, zeroIsGood = false } of rows.flatMap(({ panels }) => panels)) {
      const answers = await Promise.all(asks.map(([expr]) => prometheus.range(expr, from, to, STEP_S)));
      const lines = answers.flat().filter((line) => numbersOf(line).length > 0);
      const values = lines.flatMap(numbersOf);
      const ends = lines.flatMap(({ values: points }) =>
        points.filter(([time]) => time > to - 2 * STEP_S).map(([, value]) => Number(value)),
      );
      const finite = ends.filter(Number.isFinite);
      shown.push({
        board,
        title,
        zeroIsGood,
        lines: lines.length,
        least: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
        most: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
        last: finite.length === 0 ? null : Math.max(...finite),
        verdict: verdictOf(zeroIsGood, values),
      });
    }
  return shown;
};

const figure = (value: number | null): string => {
  if (value === null || !Number.isFinite(value)) return '';
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : Number(value.toPrecision(3)).toString();
};

export const panelHead = ['panel', 'lines', 'least', 'most', 'at the end', 'verdict'] as const;

export const panelRow = ({ title, lines, least, most, last, verdict }: PanelShown): readonly string[] => [
  title,
  String(lines),
  figure(least),
  figure(most),
  figure(last),
  verdict,
];
