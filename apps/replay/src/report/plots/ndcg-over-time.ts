import type { SideName, Timeline } from '../../evaluation/evaluation-result.js';
import { sideNames } from '../../evaluation/evaluation-result.js';
import { bandLayer, lineLayer, pointLayer, type Layer, type Row } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import type { PanelPlan } from '../draw/panel.js';
import { roundRange, type AxisRange } from '../draw/scale-range.js';
import { sideLooks } from '../draw/side-look.js';
import { spanLabel, stepLabel, timeLabel, timeRange } from '../draw/time-axis.js';
import { fixed, tickLabel } from '../numbers.js';
import type { RunFacts } from '../run/run-facts.js';
import { figureOf } from './figures.js';
import { metricName } from './metric-names.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';
import { sideWord } from './side-text.js';

const [LEFT, RIGHT, TOP, HEIGHT, GAP] = [52, 26, 66, 240, 28];

type Point = Timeline['points'][number];

const pointsOf = (timeline: Timeline, side: SideName): Point[] =>
  timeline.points.filter((point) => point.side === side && point.value !== null);

const tableOf = (timeline: Timeline | null): Table => ({
  columns: [
    { name: 'at', heading: 'Stretch begins (UTC)' },
    { name: 'side', heading: 'Side' },
    { name: 'value', heading: timeline === null ? 'NDCG@10' : metricName(timeline.metric), digits: 4 },
    { name: 'low', heading: 'Low (95 %)', digits: 4 },
    { name: 'high', heading: 'High (95 %)', digits: 4 },
    { name: 'requests', heading: 'Requests judged' },
    { name: 'readers', heading: 'Readers' },
  ],
  rows: (timeline?.points ?? []).map(({ at, side, value, low, high, requests, readers }) => [
    at,
    side,
    value,
    low,
    high,
    requests,
    readers,
  ]),
});

/** The stretch in whose middle a point stands. */
const middleOf = ({ at }: { readonly at: string }, { widthMs }: Timeline): number => Date.parse(at) + widthMs / 2;

export const spanOf = (timeline: Timeline): AxisRange => {
  const times = timeline.points.map(({ at }) => Date.parse(at));
  return timeRange(Math.min(...times), Math.max(...times) + timeline.widthMs, 5);
};

const sideLayers = (timeline: Timeline, side: SideName): Layer[] => {
  const { colour, dash, shape, fill } = sideLooks[side];
  const rows: Row[] = pointsOf(timeline, side).map((point) => ({
    x: middleOf(point, timeline),
    y: point.value,
    low: point.low ?? point.value,
    high: point.high ?? point.value,
  }));
  return [
    bandLayer('band', rows, colour, 0.2),
    lineLayer('line', rows, { colour, dash, width: 2.4 }),
    pointLayer('points', rows, { shape, colour, fill, size: 34 }),
  ];
};

/** The other sides behind each, so that panels can be compared without moving the eye. */
const companyLayers = (timeline: Timeline, sides: readonly SideName[], side: SideName): Layer[] =>
  sides
    .filter((each) => each !== side)
    .map((each) =>
      lineLayer(
        `company-${each}`,
        pointsOf(timeline, each).map((point) => ({ x: middleOf(point, timeline), y: point.value })),
        { colour: palette.faint, width: 1.2 },
      ),
    );

const titleOf = (side: SideName, facts: RunFacts, metric: string): string => {
  const mean = figureOf(facts.evaluation, metric, side);
  return `${sideWord(side)}${mean === null ? '' : ` · ${fixed(mean, 3)} overall`}`;
};

const about = {
  name: 'ndcg-over-time',
  title: 'Ranking quality over time',
  reading:
    'Mean over the requests of each stretch on which a reader did something of worth, with a band that holds it in 95 of 100 redraws of readers. Thin grey lines repeat the other sides.',
};

export const ndcgOverTimePlot: PlotMaker = (facts): Plot => {
  const { timeline } = facts.evaluation;
  const table = tableOf(timeline);
  const sides = timeline === null ? [] : sideNames.filter((side) => pointsOf(timeline, side).length > 0);
  if (timeline === null || sides.length === 0)
    return emptyPlot({ ...about, table }, 'Readers did nothing of worth on the replayed requests, so their order can not be judged.');
  const values = timeline.points.flatMap(({ value, low, high }) => [value, low, high]).filter((value) => value !== null);
  const y = roundRange(values);
  const x = spanOf(timeline);
  const width = Math.floor((WIDE - LEFT - RIGHT - GAP * (sides.length - 1)) / sides.length);
  const panels = sides.map((side, i): PanelPlan => ({
    name: `side-${side}`,
    left: LEFT + i * (width + GAP),
    top: TOP,
    width,
    height: HEIGHT,
    title: titleOf(side, facts, timeline.metric),
    x: {
      range: sides.length === 1 ? x : timeRange(x.low, x.high, 4),
      title: i === sides.length - 1 ? 'time of the request, UTC' : '',
      label: timeLabel,
    },
    y: { range: y, title: i === 0 ? metricName(timeline.metric) : '', label: i === 0 ? tickLabel(y.ticks) : () => '' },
    layers: [...companyLayers(timeline, sides, side), ...sideLayers(timeline, side)],
  }));
  return {
    ...about,
    reading: `${metricName(timeline.metric)} by stretches of ${stepLabel(timeline.widthMs)}. ${about.reading}`,
    finding: findingOf(facts, timeline, sides),
    table,
    picture: { width: WIDE, height: TOP + HEIGHT + 52, panels },
  };
};

const findingOf = (facts: RunFacts, timeline: Timeline, sides: readonly SideName[]): string => {
  const means = sides.map((side) => ({ side, value: figureOf(facts.evaluation, timeline.metric, side) ?? 0 }));
  const best = means.reduce((x, y) => (y.value > x.value ? y : x));
  const span = spanLabel(spanOf(timeline).low, spanOf(timeline).high);
  if (means.length === 1) return `${metricName(timeline.metric)} is ${fixed(best.value, 3)} from ${span}.`;
  return `From ${span} the highest ${metricName(timeline.metric)} is that of ${best.side === 'served' ? 'what was served' : `side ${best.side}`}: ${means.map(({ side, value }) => `${fixed(value, 3)} ${sideWord(side)}`).join(', ')}.`;
};
