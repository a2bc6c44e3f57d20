import { accrualHours, type Accrual } from '../../files/run-files.js';
import { bandLayer, lineLayer, pointLayer, SMALL, strokeLayer, wordLayer, type Layer, type Row } from '../draw/layers.js';
import { spreadLabels } from '../draw/label-spread.js';
import { palette } from '../draw/palette.js';
import { fitText } from '../draw/text-width.js';
import { brief, count } from '../numbers.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';

/** Papers drawn one by one: those with the most upvotes. */
const LEADERS = 5;
const [LEFT, RIGHT, TOP, HEIGHT] = [56, 290, 48, 340];
const WIDTH = WIDE - LEFT - RIGHT;
const hours = [...accrualHours];
const hourLabel = (hour: number): string => (hour < 48 ? `${hour} h` : `${hour / 24} d`);

/** Value that a share of the sorted values lies below, between neighbours in a straight line. */
const quantile = (sorted: readonly number[], share: number): number => {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
};

interface AgeSummary {
  readonly hour: number;
  /** Papers that had reached this age. */
  readonly papers: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly ninth: number;
}

const summaries = (accrual: readonly Accrual[]): AgeSummary[] =>
  hours.flatMap((hour, i) => {
    const values = accrual
      .map(({ upvotes }) => upvotes[i] ?? null)
      .filter((value) => value !== null)
      .sort((a, b) => a - b);
    if (values.length === 0) return [];
    return [
      {
        hour,
        papers: values.length,
        low: quantile(values, 0.25),
        median: quantile(values, 0.5),
        high: quantile(values, 0.75),
        ninth: quantile(values, 0.9),
      },
    ];
  });

const latest = ({ upvotes }: Accrual): number => upvotes.reduce<number>((last, value) => value ?? last, 0);

/** The greatest age at which it was seen. */
const lastHour = ({ upvotes }: Accrual): number => hours[upvotes.findLastIndex((value) => value !== null)] ?? hours[0]!;

const leadersOf = (accrual: readonly Accrual[]): Accrual[] =>
  [...accrual]
    .sort((x, y) => latest(y) - latest(x) || (x.paperId < y.paperId ? -1 : 1))
    .filter((each) => latest(each) > 0)
    .slice(0, LEADERS);

const courseOf = ({ upvotes }: Accrual): Row[] =>
  upvotes.flatMap((value, i) => (value === null ? [] : [{ x: hours[i]!, y: Math.max(0, value) }]));

/** Steps that a square root keeps apart. */
const ticksUpTo = (most: number): number[] =>
  [0, 1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].filter((_, i, all) => i < 3 || all[i - 1]! < most);

const tableOf = (ages: readonly AgeSummary[], accrual: readonly Accrual[], titleOf: (paperId: string) => string): Table => ({
  columns: [
    { name: 'line', heading: 'Line' },
    { name: 'age_hours', heading: 'Age, hours' },
    { name: 'upvotes', heading: 'Upvotes', digits: 1 },
    { name: 'papers', heading: 'Papers of that age' },
    { name: 'title', heading: 'Title' },
  ],
  rows: [
    ...(['low', 'median', 'high', 'ninth'] as const).flatMap((line) =>
      ages.map((age) => [lineNames[line], age.hour, age[line], age.papers, null]),
    ),
    ...accrual.flatMap((each) =>
      each.upvotes.flatMap((value, i) => (value === null ? [] : [[each.paperId, hours[i]!, value, 1, titleOf(each.paperId)]])),
    ),
  ],
});

const lineNames = { low: 'lower quartile', median: 'median', high: 'upper quartile', ninth: '90th percentile' } as const;

const about = {
  name: 'accrual',
  title: 'Upvotes by age of the paper',
  reading:
    'Net upvotes of distinct trusted readers when the paper was so many hours old. Heavy line: the median paper; band: the middle half; dashes: the 90th percentile; thin lines: the five papers with most. Each age counts only papers that reached it within the replayed stretch. The scale of upvotes is by square roots, of age by doublings.',
};

export const accrualPlot: PlotMaker = ({ accrual, papers }): Plot => {
  const titleOf = (paperId: string): string => papers.get(paperId)?.title ?? paperId;
  const ages = summaries(accrual);
  const table = tableOf(ages, accrual, titleOf);
  if (ages.length < 2) return emptyPlot({ ...about, table }, 'No paper reached an age of two hours within the replayed stretch.');
  const leaders = leadersOf(accrual);
  const most = Math.max(1, ...ages.map(({ ninth }) => ninth), ...leaders.flatMap(({ upvotes }) => upvotes.map((value) => value ?? 0)));
  const ticks = ticksUpTo(most);
  const range = { low: 0, high: ticks.at(-1)!, ticks };
  const down = (value: number): number => HEIGHT * (1 - Math.sqrt(Math.max(0, value) / range.high));
  return {
    ...about,
    finding: findingOf(ages),
    table,
    picture: {
      width: WIDE,
      height: TOP + HEIGHT + 76,
      panels: [
        {
          name: 'ages',
          left: LEFT,
          top: TOP,
          width: WIDTH,
          height: HEIGHT,
          x: {
            range: { low: hours[0]!, high: hours.at(-1)!, ticks: hours },
            type: 'log',
            title: 'age of the paper (hours, days)',
            label: hourLabel,
            titleOffset: 62,
          },
          y: { range, type: 'sqrt', title: 'upvotes' },
          layers: [...crowdLayers(ages), ...leaderLayers(leaders), ...endNames(endsOf(ages, leaders, titleOf), down), papersRow(ages)],
        },
      ],
    },
  };
};

const crowdLayers = (ages: readonly AgeSummary[]): Layer[] => [
  bandLayer(
    'middle-half',
    ages.map(({ hour, low, high }) => ({ x: hour, low, high })),
    palette.a,
    0.22,
  ),
  lineLayer(
    'ninth',
    ages.map(({ hour, ninth }) => ({ x: hour, y: ninth })),
    { colour: palette.a, dash: [7, 3], width: 1.8 },
  ),
  lineLayer(
    'median',
    ages.map(({ hour, median }) => ({ x: hour, y: median })),
    { colour: palette.a, width: 3 },
  ),
  pointLayer(
    'median-points',
    ages.map(({ hour, median }) => ({ x: hour, y: median })),
    { shape: 'circle', colour: palette.a, fill: palette.a, size: 34 },
  ),
];

const leaderLayers = (leaders: readonly Accrual[]): Layer[] =>
  leaders.flatMap((leader, i) => {
    const rows = courseOf(leader);
    return [
      lineLayer(`leader-${i}`, rows, { colour: palette.faint, width: 1.4 }),
      pointLayer(`leader-${i}-end`, rows.slice(-1), { shape: 'circle', colour: palette.soft, fill: palette.ground, size: 26 }),
    ];
  });

interface LineEnd {
  readonly text: string;
  readonly hour: number;
  readonly value: number;
  readonly bold: boolean;
}

const endsOf = (ages: readonly AgeSummary[], leaders: readonly Accrual[], titleOf: (paperId: string) => string): LineEnd[] => {
  const { hour, ninth, median } = ages.at(-1)!;
  return [
    ...leaders.map((leader) => ({ text: titleOf(leader.paperId), hour: lastHour(leader), value: latest(leader), bold: false })),
    { text: '90th percentile', hour, value: ninth, bold: true },
    { text: 'median paper', hour, value: median, bold: true },
  ];
};

/** Names at the right of every line, moved apart where lines end close together, with a thin line to an end that is further off. */
const endNames = (ends: readonly LineEnd[], down: (value: number) => number): Layer[] => {
  const wanted = ends.map(({ value }) => down(value));
  const tops = spreadLabels(wanted, 17, 4, HEIGHT - 2);
  const words = (bold: boolean) =>
    ends.flatMap((end, i) =>
      end.bold === bold
        ? [{ text: `${fitText(end.text, RIGHT - 60, SMALL, bold)} · ${brief(end.value)}`, left: WIDTH + 14, top: tops[i]! }]
        : [],
    );
  const leads = ends.map(({ hour }, i) => ({ left: across(hour) + 5, right: WIDTH + 10, top: wanted[i]!, bottom: tops[i]! }));
  return [
    strokeLayer('leads', leads, { colour: palette.faint, width: 0.8, dash: [1, 2] }),
    wordLayer('leader-names', words(false)),
    wordLayer('crowd-names', words(true), { bold: true, colour: palette.a }),
  ];
};

/** Pixels from the left. */
const across = (hour: number): number => (WIDTH * Math.log2(hour / hours[0]!)) / Math.log2(hours.at(-1)! / hours[0]!);

/** How many papers each age rests on, below the ages. */
const papersRow = (ages: readonly AgeSummary[]): Layer =>
  wordLayer(
    'papers',
    ages.map(({ hour, papers }) => ({ text: `n ${count(papers)}`, left: across(hour), top: HEIGHT + 32 })),
    { colour: palette.soft, align: 'center' },
  );

const findingOf = (ages: readonly AgeSummary[]): string => {
  const day = ages.find(({ hour }) => hour === 24);
  const end = ages.at(-1)!;
  if (day === undefined || end.hour <= 24)
    return `Upvotes of the median paper: ${brief(end.median)} when it is ${hourLabel(end.hour)} old; one paper in ten has ${brief(end.ninth)} or more.`;
  return `Upvotes of the median paper: ${brief(day.median)} after a day, ${brief(end.median)} after ${end.hour / 24} days; one paper in ten has ${brief(end.ninth)} or more by then.`;
};
