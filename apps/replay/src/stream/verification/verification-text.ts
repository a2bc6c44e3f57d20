import { textTable } from '../../evaluation/text-table.js';
import { latenessBorders } from '../../files/run-files.js';
import { duration } from '../../cli/progress.js';
import type { Finding } from './findings.js';
import type { Verification } from './verify-stream.js';

const count = new Intl.NumberFormat('en-US');
const MAX_POSITIONS = 50;
const DAY_S = 86_400;

const findingRow = ({ check, found, of, unchecked }: Finding): string[] => [
  check,
  unchecked === null ? count.format(found) : '-',
  unchecked === null ? count.format(of) : '-',
  unchecked ?? (found === 0 ? 'nothing found' : 'see below'),
];

/** What was found of one check, with examples. */
const findingText = ({ check, means, found, of, kinds, examples }: Finding): string =>
  [
    `${check}: ${count.format(found)} of ${count.format(of)}`,
    `  ${means}`,
    ...Object.entries(kinds).map(([kind, times]) => `  ${count.format(times)} x ${kind}`),
    '  for example',
    ...examples.map(({ at, id, says }) => `    ${at}${id === null ? '' : `  ${id}`}  ${says}`),
  ].join('\n');

const secondsText = (seconds: number): string => (seconds >= DAY_S ? `${seconds / DAY_S} d` : duration(seconds));

const latenessRows = (lateness: readonly number[]): string[][] => {
  const total = lateness.reduce((sum, each) => sum + each, 0);
  return lateness.map((each, bucket) => {
    const border = latenessBorders[bucket];
    const name = border === undefined ? `more than ${secondsText(latenessBorders.at(-1) ?? 0)}` : `up to ${secondsText(border)}`;
    return [name, count.format(each), total === 0 ? '-' : `${((100 * each) / total).toFixed(1)} %`];
  });
};

const positionRows = (positions: Verification['positions']): string[][] =>
  positions
    .slice(0, MAX_POSITIONS)
    .map(({ position, impressions, engagements }) => [
      String(position),
      count.format(impressions),
      count.format(engagements),
      impressions === 0 ? '-' : (engagements / impressions).toFixed(4),
    ]);

/** The verification as tables, and each finding with its examples. */
export const verificationText = ({ source, records, findings, lateness, positions }: Verification): string => {
  const read = Object.entries(records).map(([topic, each]) => `${topic} ${count.format(each)}`);
  const hidden = positions.length - MAX_POSITIONS;
  return [
    `source: ${source}, records: ${read.length === 0 ? 'none' : read.join(', ')}`,
    textTable([['check', 'found', 'looked at', ''], ...findings.map(findingRow)]),
    ...findings.filter(({ found }) => found > 0).map(findingText),
    `interactions by how late they were recorded\n${textTable([['lateness', 'interactions', 'share'], ...latenessRows(lateness)])}`,
    positions.length === 0
      ? 'no interaction says at which position it happened'
      : `by position\n${textTable([['position', 'impressions', 'engagements', 'rate'], ...positionRows(positions)])}`,
    ...(hidden > 0 ? [`and ${hidden} more positions: see --json`] : []),
  ].join('\n\n');
};
