import type { Interval } from '#ranking';
import type { Comparison, Goal, ResultTable, Row, TaskReport } from './task.js';

/** A report for people: tables with aligned columns, then differences, goals and notes. Plain text, at most a line a fact. */
export const reportText = (report: TaskReport): string =>
  [
    [`== ${report.task} on ${report.data}`, ...report.protocol.map((line) => `   ${line}`)],
    ...report.tables.map(tableLines),
    ...(report.comparisons.length === 0 ? [] : [comparisonLines(report.comparisons)]),
    ...(report.goals.length === 0 ? [] : [goalLines(report.goals)]),
    ...(report.notes.length === 0 ? [] : [['notes', ...report.notes.map((note) => `  ${note}`)]]),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');

const tableLines = ({ title, group, cases, measures, rows }: ResultTable): string[] => {
  const first = measures[0] ?? '';
  const header = ['', ...measures, ...(rows.some(({ interval }) => interval !== null) ? [`95 % of ${first}`] : [])];
  return [`${title} (${group}, ${cases} cases)`, ...aligned([header, ...rows.map((row) => cellsOf(row, measures))], measures.length)];
};

const cellsOf = ({ system, role, values, interval }: Row, measures: readonly string[]): string[] => [
  `${role === 'ours' ? '*' : ' '} ${system}${role === 'reference' ? ' (reference)' : ''}`,
  ...measures.map((measure) => number(values[measure])),
  ...(interval === null ? [] : [range(interval)]),
];

const comparisonLines = (comparisons: readonly Comparison[]): string[] => [
  'paired differences, 95 % interval over resampled cases',
  ...aligned(
    comparisons.map(({ group, measure, better, worse, difference, relative }) => [
      `  ${better} - ${worse}`,
      group,
      measure,
      signed(difference.mean),
      `${signed(difference.low)} to ${signed(difference.high)}`,
      `${signed(relative * 100, 1)} %`,
    ]),
  ),
];

const goalLines = (goals: readonly Goal[]): string[] => [
  'goals',
  ...aligned(
    goals.map(({ promise, wanted, reached, met }) => [`  ${met ? 'met  ' : 'UNMET'}`, promise, `wanted ${wanted}`, `reached ${reached}`]),
  ),
];

const number = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? '-' : Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(4);
const signed = (value: number, digits = 4): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`;
const range = ({ low, high }: Interval): string => `${number(low)} to ${number(high)}`;

const isNumber = (cell: string): boolean => /^[-+]?[\d.]+( %)?$|^-$/.test(cell);

/** Cells in columns of equal width: numbers to the right, texts to the left. @param headers so many columns after the first stand over numbers. */
const aligned = (lines: readonly (readonly string[])[], headers = 0): string[] => {
  const columns = Math.max(0, ...lines.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines.map((cells, line) =>
    cells
      .map((cell, column) => {
        const isRight = column > 0 && (isNumber(cell) || (line === 0 && column <= headers));
        return isRight ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
      })
      .join('  ')
      .trimEnd(),
  );
};
