import type { SidePair, Timeline } from '../../evaluation/evaluation-result.js';
import { spreadLabels } from '../draw/label-spread.js';
import { bandLayer, lineLayer, pointLayer, whiskerLayer, wordLayer, type Layer, type Row } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import type { Picture } from '../draw/panel.js';
import { pixelDown, roundRange, type AxisRange } from '../draw/scale-range.js';
import { stepLabel, timeLabel, timeRange } from '../draw/time-axis.js';
import { digitsOf, signed } from '../numbers.js';
import { differenceOf, isClear, known, pairOf, type KnownEstimate } from './figures.js';
import { metricName } from './metric-names.js';
import { spanOf } from './ndcg-over-time.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';
import { sideWord } from './side-text.js';

const [LEFT, RIGHT, TOP, HEIGHT] = [62, 170, 48, 280];
const WIDTH = WIDE - LEFT - RIGHT;
const circle = { shape: 'circle', colour: palette.a, size: 60 } as const;

type Step = Timeline['differences'][number];

const stepsOf = (timeline: Timeline | null, pair: SidePair | null): Step[] =>
  (timeline?.differences ?? []).filter(({ better, worse, value }) => better === pair?.better && worse === pair.worse && value !== null);

const tableOf = (steps: readonly Step[]): Table => ({
  columns: [
    { name: 'at', heading: 'Stretch begins (UTC)' },
    { name: 'better', heading: 'Side' },
    { name: 'worse', heading: 'Less side' },
    { name: 'difference', heading: 'Difference', digits: 4 },
    { name: 'low', heading: 'Low (95 %)', digits: 4 },
    { name: 'high', heading: 'High (95 %)', digits: 4 },
    { name: 'requests', heading: 'Requests judged' },
    { name: 'readers', heading: 'Readers' },
  ],
  rows: steps.map(({ at, better, worse, value, low, high, requests, readers }) => [at, better, worse, value, low, high, requests, readers]),
});

const about = {
  name: 'a-against-b',
  title: 'Side against side over time',
  reading:
    'The difference of both sides on the same requests: above the zero line the first side is better. Lines are 95 % intervals over redraws of readers; a point is filled where its interval leaves zero out. The grey band is the interval of the whole run.',
};
/** Whoever reads the headline must know it. */
const SERVED_BIAS =
  ' Readers could only act on what was served, so the side that is nearer to the served lists has the advantage: a small loss against it is no proof.';

export const aAgainstBPlot: PlotMaker = ({ evaluation }): Plot => {
  const pair = pairOf(evaluation);
  const { timeline } = evaluation;
  const steps = stepsOf(timeline, pair);
  const table = tableOf(steps);
  if (pair === null)
    return emptyPlot(
      { ...about, table },
      'The run has one side only: run it with a second --model or --config, or at served requests, to have something to compare with.',
    );
  if (timeline === null || steps.length === 0) return emptyPlot({ ...about, table }, 'No request with both sides could be judged.');
  const overall = differenceOf(evaluation, timeline.metric, pair);
  const pairText = `${metricName(timeline.metric)} of ${pair.better} less that of ${sideWord(pair.worse)}`;
  return {
    ...about,
    reading: `${pairText}, by stretches of ${stepLabel(timeline.widthMs)}. ${about.reading}${evaluation.kind === 'served' ? SERVED_BIAS : ''}`,
    finding: overall === null ? `${pairText}.` : findingOf(overall, metricName(timeline.metric), pair),
    table,
    picture: pictureOf(timeline, steps, pair, overall),
  };
};

const pictureOf = (timeline: Timeline, steps: readonly Step[], pair: SidePair, overall: KnownEstimate | null): Picture => {
  const points = steps.flatMap((step) => {
    const estimate = known(step);
    return estimate === null ? [] : [{ x: Date.parse(step.at) + timeline.widthMs / 2, y: estimate.value, ...estimate }];
  });
  const y = roundRange(
    points.flatMap(({ low, high }) => [low, high]),
    { include: [0] },
  );
  const span = spanOf(timeline);
  return {
    width: WIDE,
    height: TOP + HEIGHT + 52,
    panels: [
      {
        name: 'differences',
        left: LEFT,
        top: TOP,
        width: WIDTH,
        height: HEIGHT,
        x: { range: timeRange(span.low, span.high, 7), title: 'time of the request, UTC', label: timeLabel },
        y: {
          range: y,
          title: `${metricName(timeline.metric)}, ${pair.better} − ${sideWord(pair.worse)}`,
          label: (tick) => signed(tick, digitsOf(y.ticks)),
        },
        layers: [
          ...levelLayers(span, overall),
          whiskerLayer('intervals', points, palette.a, 2),
          pointLayer('clear', points.filter(isClear), { ...circle, fill: palette.a }),
          pointLayer(
            'unclear',
            points.filter((point) => !isClear(point)),
            { ...circle, fill: palette.ground },
          ),
          namesLayer(pair, overall, y),
        ],
      },
    ],
  };
};

/** What holds for the whole run: the zero line, the mean, its interval. */
const levelLayers = ({ low, high }: AxisRange, overall: KnownEstimate | null): Layer[] => {
  const across = (row: Row): Row[] => [low, high].map((x) => ({ ...row, x }));
  const zero = lineLayer('zero', across({ y: 0 }), { colour: palette.ink, width: 1.4 });
  if (overall === null) return [zero];
  return [
    bandLayer('overall', across({ low: overall.low, high: overall.high }), palette.soft, 0.16),
    zero,
    lineLayer('mean', across({ y: overall.value }), { colour: palette.a, dash: [7, 3], width: 1.6 }),
  ];
};

/** What the level lines are, behind their ends, and which way is whose. */
const namesLayer = (pair: SidePair, overall: KnownEstimate | null, range: AxisRange): Layer => {
  const lines = [
    { text: 'no difference', value: 0 },
    ...(overall === null ? [] : [{ text: `${signed(overall.value, 4)} overall`, value: overall.value }]),
  ];
  const wanted = lines.map(({ value }) => pixelDown(value, range, HEIGHT));
  const tops = spreadLabels(wanted, 17, 24, HEIGHT - 24);
  return wordLayer('names', [
    ...lines.map(({ text }, i) => ({ text, left: WIDTH + 12, top: tops[i]! })),
    { text: `↑ ${pair.better} is better`, left: WIDTH + 12, top: 6 },
    { text: `↓ ${sideWord(pair.worse)} is better`, left: WIDTH + 12, top: HEIGHT - 6 },
  ]);
};

const findingOf = (overall: KnownEstimate, metric: string, pair: SidePair): string => {
  const figures = `${signed(overall.value, 4)} ${metric}, 95 % interval ${signed(overall.low, 4)} to ${signed(overall.high, 4)}`;
  if (!isClear(overall)) return `No difference is shown between ${pair.better} and ${sideWord(pair.worse)}: ${figures}.`;
  const other = pair.worse === 'served' ? 'what was served' : `side ${pair.worse}`;
  return `Side ${pair.better} ranks ${overall.value > 0 ? 'better' : 'worse'} than ${other}: ${figures}.`;
};
