import type { Difference, Evaluation, Figure, OffPolicy } from '../../evaluation/evaluation-result.js';
import { sideNames } from '../../evaluation/evaluation-result.js';
import type { Table } from '../plots/plot.js';
import { metricName } from '../plots/metric-names.js';
import { sideWord } from '../plots/side-text.js';
import { count, fixed, percent, signed } from '../numbers.js';
import type { Agreement } from '../run/agreement.js';
import { dataTable } from './data-table.js';

/** The tables that are read before any plot: metrics of each side, their differences, agreement with what was served, off-policy estimates. */
export const mainFigures = (evaluation: Evaluation, agreement: Agreement): string =>
  [metricsTable(evaluation), differencesTable(evaluation), agreementTable(agreement), offPolicyTable(evaluation.offPolicy)]
    .filter((text) => text !== '')
    .join('\n');

const ofAll = ({ slice }: { readonly slice: Figure['slice'] }): boolean => slice.by === 'all';

const interval = (value: string, low: number | null, high: number | null, write: (bound: number) => string): string =>
  low === null || high === null ? value : `${value} (${write(low)} to ${write(high)})`;

const metricsTable = ({ figures, options }: Evaluation): string => {
  const all = figures.filter(ofAll);
  const sides = sideNames.filter((side) => all.some((figure) => figure.side === side));
  if (all.length === 0) return '';
  const write = (value: number): string => fixed(value, 4);
  const cell = (metric: string, side: string): string => {
    const figure = all.find((each) => each.metric === metric && each.side === side);
    return figure === undefined || figure.value === null ? '–' : interval(write(figure.value), figure.low, figure.high, write);
  };
  const metrics = [...new Set(all.map(({ metric }) => metric))];
  const table: Table = {
    columns: [
      { name: 'metric', heading: 'Metric' },
      ...sides.map((side) => ({ name: side, heading: side === 'served' ? 'As served' : `Side ${side}` })),
      { name: 'requests', heading: 'Requests judged' },
    ],
    rows: metrics.map((metric) => [
      metricName(metric),
      ...sides.map((side) => cell(metric, side)),
      Math.max(...all.filter((each) => each.metric === metric).map(({ requests }) => requests)),
    ]),
  };
  return dataTable(table, `Metrics of each side (mean and ${percent(options.level, 0)} interval)`);
};

const differencesTable = ({ differences, options }: Evaluation): string => {
  const all = differences.filter(ofAll).filter(({ value }) => value !== null);
  if (all.length === 0) return '';
  const write = (value: number): string => signed(value, 4);
  const table: Table = {
    columns: [
      { name: 'metric', heading: 'Metric' },
      { name: 'pair', heading: 'Pair' },
      { name: 'difference', heading: 'Difference' },
      { name: 'verdict', heading: 'Reads as' },
      { name: 'requests', heading: 'Requests judged' },
      { name: 'readers', heading: 'Readers' },
    ],
    rows: all.map((each) => [
      metricName(each.metric),
      `${each.better} − ${sideWord(each.worse)}`,
      interval(write(each.value!), each.low, each.high, write),
      verdict(each),
      each.requests,
      each.readers,
    ]),
  };
  return dataTable(table, `Differences on the same requests (mean and ${percent(options.level, 0)} interval, readers redrawn)`);
};

/** Which side of zero the interval is on. Which way is better is the metric's business: of novelty, more need not be. */
const verdict = ({ low, high, better, worse }: Difference): string => {
  if (low === null || high === null) return 'no interval';
  if (low > 0) return `higher in ${better}`;
  return high < 0 ? `higher in ${sideWord(worse)}` : 'no difference shown';
};

const agreementTable = ({ surfaces, causes }: Agreement): string => {
  if (surfaces.size === 0) return '';
  const table: Table = {
    columns: [
      { name: 'surface', heading: 'Surface' },
      { name: 'requests', heading: 'Requests' },
      { name: 'order', heading: 'Order as served' },
      { name: 'logged', heading: 'With logged features' },
      { name: 'features', heading: 'Features equal, bit for bit' },
    ],
    rows: [...surfaces]
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([surface, { requests, sameOrder, featuresLogged, sameFeatures }]) => [
        surface,
        requests,
        share(sameOrder, requests),
        featuresLogged,
        share(sameFeatures, featuresLogged),
      ]),
  };
  const reasons = [...causes]
    .sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1))
    .map(([cause, requests]) => `${cause}: ${count(requests)}`);
  const note = reasons.length === 0 ? 'Nothing differs.' : `What differs, by cause: ${reasons.join('; ')}.`;
  return `${dataTable(table, 'Side a against what was served')}\n<p class="note">${note}</p>`;
};

const share = (part: number, of: number): string => (of === 0 ? '–' : `${percent(part / of, part === of ? 0 : 2)} (${count(part)})`);

const offPolicyTable = (offPolicy: OffPolicy | null): string => {
  if (offPolicy === null) return '';
  const { logged, explored, slots } = offPolicy;
  const write = (value: number): string => fixed(value, 4);
  const table: Table = {
    columns: [
      { name: 'side', heading: 'Side' },
      { name: 'estimator', heading: 'Estimator' },
      { name: 'value', heading: offPolicy.reward === 'engaged' ? 'Engagements per slot' : 'Gain per slot' },
      { name: 'samples', heading: 'Effective samples', digits: 0 },
      { name: 'supported', heading: 'Supported', digits: 3 },
    ],
    rows: [
      ['as served', 'as logged', interval(write(logged.value), logged.low, logged.high, write), explored, 1],
      ...offPolicy.sides.flatMap(({ side, effectiveSamples, supported, estimates }) =>
        estimates === null
          ? [[side, 'refused', 'fewer than 100 effective samples', effectiveSamples, supported]]
          : estimates.map(({ estimator, value, low, high }) => [
              side,
              estimator.toUpperCase(),
              interval(write(value), low, high, write),
              effectiveSamples,
              supported,
            ]),
      ),
    ],
  };
  return `${dataTable(table, 'Off-policy estimates from exploration slots (mean and 95 % interval)')}
<p class="note">${count(explored)} of ${count(slots)} served slots were left to chance. Only they tell what other papers would have earned in their place; of all other slots this says nothing.</p>`;
};
