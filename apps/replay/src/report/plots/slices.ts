import type { Evaluation, Figure, SideName, SliceKind } from '../../evaluation/evaluation-result.js';
import { sideNames } from '../../evaluation/evaluation-result.js';
import { levelLayer, pointLayer, wordLayer, type Layer, type Row } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import { roundRange } from '../draw/scale-range.js';
import { sideLooks } from '../draw/side-look.js';
import { fitText } from '../draw/text-width.js';
import { count, fixed, tickLabel } from '../numbers.js';
import { metricName } from './metric-names.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';
import { sideKey, sideWord } from './side-text.js';

/** Slices of one kind that are drawn: those with most requests. All are in the table. */
const MOST = 8;
const [LEFT, RIGHT, TOP, ROW, HEAD] = [200, 96, 62, 30, 30];
const WIDTH = WIDE - LEFT - RIGHT;
/** Sides of a row stand a little above each other, or intervals would hide intervals. */
const APART = 8;

const kindTitles: Readonly<Record<SliceKind, string>> = {
  surface: 'Surface',
  activity: 'Earlier actions of the reader',
  age: 'Age of the paper',
  topic: 'Topic of the paper',
  arm: 'Experiment arm',
};
const kinds = Object.keys(kindTitles) as SliceKind[];

interface SliceRow {
  readonly kind: SliceKind;
  readonly value: string;
  readonly requests: number;
  readonly figures: readonly Figure[];
}

/** Groups a kind's figures by slice; in the order `eval` gives them, the biggest few. */
const rowsOf = ({ figures }: Evaluation, metric: string, kind: SliceKind): SliceRow[] => {
  const byValue = new Map<string, Figure[]>();
  for (const figure of figures) {
    if (figure.metric !== metric || figure.slice.by !== kind || figure.value === null) continue;
    byValue.set(figure.slice.value, [...(byValue.get(figure.slice.value) ?? []), figure]);
  }
  const rows = [...byValue].map(([value, each]) => ({
    kind,
    value,
    requests: Math.max(...each.map(({ requests }) => requests)),
    figures: each,
  }));
  const kept = new Set([...rows].sort((x, y) => y.requests - x.requests).slice(0, MOST));
  return rows.filter((row) => kept.has(row));
};

const tableOf = ({ figures }: Evaluation, metric: string): Table => ({
  columns: [
    { name: 'by', heading: 'By' },
    { name: 'slice', heading: 'Slice' },
    { name: 'side', heading: 'Side' },
    { name: 'value', heading: metricName(metric), digits: 4 },
    { name: 'low', heading: 'Low (95 %)', digits: 4 },
    { name: 'high', heading: 'High (95 %)', digits: 4 },
    { name: 'requests', heading: 'Requests judged' },
    { name: 'readers', heading: 'Readers' },
  ],
  rows: figures
    .filter((figure) => figure.metric === metric)
    .map(({ slice, side, value, low, high, requests, readers }) => [slice.by, slice.value, side, value, low, high, requests, readers]),
});

const about = {
  name: 'slices',
  title: 'Ranking quality by slice',
  reading:
    'Mean over judged requests with its 95 % interval over redraws of readers. Topic and age are those of the papers that turned out to be relevant. At the right: judged requests; slices with few have wide intervals and should not be read alone.',
};

export const slicesPlot: PlotMaker = ({ evaluation }): Plot => {
  const metric = evaluation.timeline?.metric ?? evaluation.options.metrics[0] ?? 'ndcg@10';
  const table = tableOf(evaluation, metric);
  const groups = kinds.map((kind) => ({ kind, rows: rowsOf(evaluation, metric, kind) })).filter(({ rows }) => rows.length > 0);
  if (groups.length === 0)
    return emptyPlot({ ...about, table }, 'No judged request falls into a slice: evaluate with --by topic,age,activity,surface,arm.');
  const placed = placesOf(groups);
  const sides = sideNames.filter((side) => placed.rows.some(({ row }) => row.figures.some((figure) => figure.side === side)));
  const range = roundRange(
    placed.rows.flatMap(({ row }) => row.figures.flatMap(({ value, low, high }) => [value ?? 0, low ?? value ?? 0, high ?? value ?? 0])),
    { count: 6 },
  );
  return {
    ...about,
    reading: `${metricName(metric)}. ${about.reading}`,
    finding: findingOf(
      placed.rows.map(({ row }) => row),
      metric,
    ),
    table,
    picture: {
      width: WIDE,
      height: TOP + placed.height + 52,
      panels: [
        {
          name: 'slices',
          left: LEFT,
          top: TOP,
          width: WIDTH,
          height: placed.height,
          x: { range, title: metricName(metric), label: tickLabel(range.ticks), grid: true },
          y: { range: { low: 0, high: placed.height, ticks: [] }, title: '', hidden: true, reverse: true },
          layers: [
            ...sides.flatMap((side, i) => sideLayers(placed, side, (i - (sides.length - 1) / 2) * APART)),
            wordLayer(
              'groups',
              placed.heads.map(({ kind, top }) => ({ text: kindTitles[kind], left: 14 - LEFT, top })),
              { bold: true },
            ),
            wordLayer(
              'names',
              placed.rows.map(({ row, top }) => ({ text: fitText(row.value, LEFT - 40, 12), left: -12, top })),
              { align: 'right' },
            ),
            wordLayer(
              'requests',
              placed.rows.map(({ row, top }) => ({ text: count(row.requests), left: WIDTH + 84, top })),
              { colour: palette.soft, align: 'right' },
            ),
            wordLayer('requests-head', [{ text: 'requests', left: WIDTH + 84, top: -24 }], { colour: palette.soft, align: 'right' }),
            ...sideKey(sides, 0, -24),
          ],
        },
      ],
    },
  };
};

interface Placed {
  readonly rows: readonly { readonly row: SliceRow; readonly top: number }[];
  readonly heads: readonly { readonly kind: SliceKind; readonly top: number }[];
  readonly height: number;
}

/** Rows under the heads of their groups, in pixels from the top. */
const placesOf = (groups: readonly { readonly kind: SliceKind; readonly rows: readonly SliceRow[] }[]): Placed => {
  const rows: { row: SliceRow; top: number }[] = [];
  const heads: { kind: SliceKind; top: number }[] = [];
  let top = 0;
  for (const group of groups) {
    heads.push({ kind: group.kind, top: top + HEAD / 2 });
    top += HEAD;
    for (const row of group.rows) {
      rows.push({ row, top: top + ROW / 2 });
      top += ROW;
    }
  }
  return { rows, heads, height: top };
};

const sideLayers = ({ rows }: Placed, side: SideName, shift: number): Layer[] => {
  const { colour, dash, shape, fill } = sideLooks[side];
  const points = rows.flatMap(({ row, top }) =>
    row.figures
      .filter((figure) => figure.side === side)
      .map(({ value, low, high }): Row => ({ x: value, y: top, low: low ?? value, high: high ?? value, shift })),
  );
  return [
    levelLayer(`intervals-${side}`, points, { colour, dash, width: 1.6 }),
    pointLayer(`points-${side}`, points, { shape, colour, fill, size: 44 }),
  ];
};

/** Slices of the side that the run is about, in which it is best and worst; slices of a handful of requests do not count. */
const findingOf = (rows: readonly SliceRow[], metric: string): string => {
  const side = sideNames.findLast((each) => rows.some(({ figures }) => figures.some((figure) => figure.side === each)))!;
  const values = rows.flatMap(({ value, figures }) =>
    figures.filter((figure) => figure.side === side && figure.requests >= 30).map((figure) => ({ value, mean: figure.value! })),
  );
  if (values.length < 2) return `${metricName(metric)} by slice.`;
  const best = values.reduce((x, y) => (y.mean > x.mean ? y : x));
  const worst = values.reduce((x, y) => (y.mean < x.mean ? y : x));
  return `${side === 'served' ? 'What was served' : `Side ${sideWord(side)}`} does best for “${best.value}” (${fixed(best.mean, 3)}) and worst for “${worst.value}” (${fixed(worst.mean, 3)}).`;
};
