/** What a panel asks Prometheus, and how a series is called in its legend: `{{label}}` stands for the value of a label. */
export type Ask = readonly [expr: string, legend: string];

export interface Panel {
  readonly title: string;
  /** One sentence: what it shows, and what would be wrong. */
  readonly about: string;
  /** Unit of Grafana: `reqps`, `s`, `bytes`, `percentunit`, `short`, `ops`. */
  readonly unit: string;
  readonly asks: readonly Ask[];
  /** In 24ths of the width; default a third. */
  readonly width?: 6 | 8 | 12 | 24;
  /** A number or a table instead of lines. */
  readonly as?: 'stat' | 'table';
  /** No data, or 0, is how it should be: failures, drops, dead letters. */
  readonly zeroIsGood?: true;
  /** Value from which a line is drawn in the colour of alarm, where an alert stands. */
  readonly alarmAt?: number;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Board {
  /** Also the name of the file. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly rows: readonly Row[];
}

const HEIGHT = 8;
const COLUMNS = 24;
const DATASOURCE = { type: 'prometheus', uid: 'prometheus' };
/** How a panel says that emptiness is good news; the check of living dashboards looks for it. */
export const ZERO_IS_GOOD = 'Zero is good.';

type Json = Readonly<Record<string, unknown>>;

const thresholds = (alarmAt: number | undefined): Json =>
  alarmAt === undefined
    ? {}
    : {
        thresholds: {
          mode: 'absolute',
          steps: [
            { color: 'transparent', value: null },
            { color: 'red', value: alarmAt },
          ],
        },
      };

const fieldConfig = ({ unit, as, alarmAt, zeroIsGood }: Panel): Json => ({
  defaults: {
    unit,
    min: 0,
    ...(zeroIsGood ? { noValue: '0' } : {}),
    ...thresholds(alarmAt),
    ...(as === undefined
      ? {
          custom: {
            lineWidth: 1,
            fillOpacity: 8,
            showPoints: 'never',
            ...(alarmAt === undefined ? {} : { thresholdsStyle: { mode: 'line' } }),
          },
        }
      : {}),
  },
  overrides: [],
});

const optionsOf: Readonly<Record<'lines' | 'stat' | 'table', Json>> = {
  lines: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  stat: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'area' },
  table: { showHeader: true },
};

const panelJson = (panel: Panel, id: number, x: number, y: number): Json => ({
  id,
  type: panel.as ?? 'timeseries',
  title: panel.title,
  description: panel.zeroIsGood ? `${panel.about} ${ZERO_IS_GOOD}` : panel.about,
  datasource: DATASOURCE,
  gridPos: { h: HEIGHT, w: panel.width ?? 8, x, y },
  fieldConfig: fieldConfig(panel),
  options: optionsOf[panel.as ?? 'lines'],
  targets: panel.asks.map(([expr, legendFormat], at) => ({
    refId: String.fromCharCode(65 + at),
    expr,
    legendFormat,
    ...(panel.as === 'table' ? { format: 'table', instant: true } : {}),
  })),
});

/** Places panels from left to right and rows from top to bottom. */
const panelsOf = (rows: readonly Row[]): readonly Json[] => {
  const panels: Json[] = [];
  let y = 0;
  for (const { title, panels: inRow } of rows) {
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, gridPos: { h: 1, w: COLUMNS, x: 0, y }, panels: [] });
    y += 1;
    let x = 0;
    for (const panel of inRow) {
      if (x + (panel.width ?? 8) > COLUMNS) [x, y] = [0, y + HEIGHT];
      panels.push(panelJson(panel, panels.length + 1, x, y));
      x += panel.width ?? 8;
    }
    y += HEIGHT;
  }
  return panels;
};

/** The board as Grafana reads it from a file. */
export const boardJson = ({ name, title, about, rows }: Board): Json => ({
  uid: `broadsheet-${name}`,
  title: `Broadsheet: ${title}`,
  description: about,
  tags: ['broadsheet'],
  timezone: 'utc',
  schemaVersion: 39,
  version: 1,
  refresh: '10s',
  time: { from: 'now-30m', to: 'now' },
  editable: false,
  templating: { list: [] },
  annotations: { list: [] },
  links: [{ type: 'dashboards', tags: ['broadsheet'], title: 'Broadsheet', asDropdown: true }],
  panels: panelsOf(rows),
});

/** The quantile of a histogram over the last minute, by some labels. */
export const quantile = (q: number, histogram: string, by: readonly string[] = [], selector = ''): string =>
  `histogram_quantile(${q}, sum by (${['le', ...by].join(', ')}) (rate(${histogram}_bucket${selector}[1m])))`;

/** Events a second over the last minute, by some labels. */
export const rate = (counter: string, by: readonly string[] = [], selector = ''): string =>
  `sum${by.length === 0 ? '' : ` by (${by.join(', ')})`} (rate(${counter}${selector}[1m]))`;

/** Median and 99th percentile of a histogram. */
export const spread = (histogram: string, selector = ''): readonly Ask[] => [
  [quantile(0.5, histogram, [], selector), 'p50'],
  [quantile(0.99, histogram, [], selector), 'p99'],
];
