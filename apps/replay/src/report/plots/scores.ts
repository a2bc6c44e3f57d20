import type { Drift, Evaluation, ScoreDistribution, SideName } from '../../evaluation/evaluation-result.js';
import { sideNames } from '../../evaluation/evaluation-result.js';
import { spreadLabels } from '../draw/label-spread.js';
import { lineLayer, pointLayer, wordLayer, type Layer, type Row } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import type { PanelPlan } from '../draw/panel.js';
import { pixelDown, roundRange, type AxisRange } from '../draw/scale-range.js';
import { sideLooks } from '../draw/side-look.js';
import { timeLabel, timeRange } from '../draw/time-axis.js';
import { fixed, tickLabel } from '../numbers.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';
import { sideKey, sideWord } from './side-text.js';

/** Rules of thumb of credit scoring, where the index is from. */
const levels = [
  { psi: 0.1, name: '0.1 look closer' },
  { psi: 0.25, name: '0.25 shifted' },
] as const;

const [LEFT, TOP, HEIGHT, BETWEEN] = [52, 92, 180, 100];
const SHAPES = { width: 440, driftLeft: 570, driftWidth: 240 };
/** The index is never below this high, so that its levels can be seen. */
const LEAST_PSI = 0.3;

const tableOf = ({ scores, drift }: Evaluation): Table => ({
  columns: [
    { name: 'figure', heading: 'Figure' },
    { name: 'surface', heading: 'Surface' },
    { name: 'side', heading: 'Side' },
    { name: 'from', heading: 'From score / time' },
    { name: 'to', heading: 'To score' },
    { name: 'count', heading: 'Slots' },
    { name: 'value', heading: 'Share of slots / PSI', digits: 4 },
  ],
  rows: [
    ...scores.flatMap(({ surface, side, count, bins }) =>
      bins.map((bin) => ['distribution', surface, side, bin.from, bin.to, bin.count, count === 0 ? 0 : bin.count / count]),
    ),
    ...drift.map(({ surface, side, at, count, psi }) => ['drift', surface, side, at, null, count, psi]),
  ],
});

const about = {
  name: 'scores',
  title: 'Scores and their drift',
  reading:
    'Left: how the scores of listed papers spread, by surface and side; the outermost steps also hold what lies beyond. Right: population stability index of each stretch of time against all of that side, over tenths of its scores. Below 0.1 is steady, above 0.25 has shifted.',
};

export const scoresPlot: PlotMaker = ({ evaluation }): Plot => {
  const table = tableOf(evaluation);
  const surfaces = [...new Set(evaluation.scores.filter(({ count }) => count > 0).map(({ surface }) => surface))];
  if (surfaces.length === 0) return emptyPlot({ ...about, table }, 'No list of this run holds a paper, so there is no score.');
  const sides = sideNames.filter((side) => evaluation.scores.some((each) => each.side === side));
  const panels = surfaces.flatMap((surface, i) => {
    const top = TOP + i * (HEIGHT + BETWEEN);
    const isFirst = i === 0;
    return [
      shapePanel(
        evaluation.scores.filter((each) => each.surface === surface),
        surface,
        top,
        isFirst ? sides : [],
      ),
      driftPanel(
        evaluation.drift.filter((each) => each.surface === surface),
        surface,
        top,
      ),
    ];
  });
  return {
    ...about,
    finding: findingOf(evaluation),
    table,
    picture: { width: WIDE, height: TOP + surfaces.length * (HEIGHT + BETWEEN) - BETWEEN + 52, panels },
  };
};

/** Outline of a histogram: up at the first border, level over each bin, down at the last. */
const outline = ({ bins, count }: ScoreDistribution): Row[] => {
  const share = (bin: { readonly count: number }): number => (100 * bin.count) / Math.max(1, count);
  return [
    { x: bins[0]!.from, y: 0 },
    ...bins.flatMap((bin) => [
      { x: bin.from, y: share(bin) },
      { x: bin.to, y: share(bin) },
    ]),
    { x: bins.at(-1)!.to, y: 0 },
  ];
};

const shapePanel = (scores: readonly ScoreDistribution[], surface: string, top: number, key: readonly SideName[]): PanelPlan => {
  const drawn = scores.filter(({ bins }) => bins.length > 0);
  const rows = drawn.map((each) => ({ side: each.side, outline: outline(each) }));
  const y = roundRange(
    rows.flatMap((each) => each.outline.map((row) => Number(row['y']))),
    { include: [0], count: 4 },
  );
  const x = valueRange(drawn);
  return {
    name: `shape-${surface}`,
    left: LEFT,
    top,
    width: SHAPES.width,
    height: HEIGHT,
    title: surface,
    x: { range: x, title: 'score', label: tickLabel(x.ticks) },
    y: { range: y, title: 'share of slots, %', label: tickLabel(y.ticks) },
    layers: [
      ...rows.map(({ side, outline: line }) =>
        lineLayer(`outline-${side}`, line, {
          colour: sideLooks[side].colour,
          dash: sideLooks[side].dash,
          width: side === 'served' ? 2.6 : 2,
        }),
      ),
      ...sideKey(key, 0, -70, { points: false }),
    ],
  };
};

/** The bins' own ends, with ticks at round scores between them. */
const valueRange = (scores: readonly ScoreDistribution[]): AxisRange => {
  const low = Math.min(...scores.map(({ bins }) => bins[0]!.from));
  const high = Math.max(...scores.map(({ bins }) => bins.at(-1)!.to));
  return { low, high, ticks: roundRange([low, high], { count: 6 }).ticks.filter((tick) => tick >= low && tick <= high) };
};

const driftPanel = (drift: readonly Drift[], surface: string, top: number): PanelPlan => {
  const times = drift.map(({ at }) => Date.parse(at));
  const x = times.length === 0 ? { low: 0, high: 1, ticks: [] } : timeRange(Math.min(...times), Math.max(...times), 4);
  const y = roundRange(
    drift.map(({ psi }) => psi),
    { include: [0, LEAST_PSI], count: 3 },
  );
  const sides = sideNames.filter((side) => drift.some((each) => each.side === side));
  return {
    name: `drift-${surface}`,
    left: SHAPES.driftLeft,
    top,
    width: SHAPES.driftWidth,
    height: HEIGHT,
    title: `${surface}: drift`,
    x: { range: x, title: 'time, UTC', label: timeLabel },
    y: { range: y, title: 'PSI', label: tickLabel(y.ticks), grid: false },
    layers: [
      ...levels.map(({ psi }) =>
        lineLayer(
          `level-${psi}`,
          [x.low, x.high].map((at) => ({ x: at, y: psi })),
          { colour: palette.faint, width: 1 },
        ),
      ),
      levelNames(y),
      ...sides.flatMap((side) =>
        driftLayers(
          drift.filter((each) => each.side === side),
          side,
        ),
      ),
      ...(drift.length === 0
        ? [wordLayer('none', [{ text: 'too few slots to tell', left: 8, top: HEIGHT / 2 }], { colour: palette.soft })]
        : []),
    ],
  };
};

/** Where the index is high, both levels lie close together: their names make room for each other. */
const levelNames = (range: AxisRange): Layer => {
  const wanted = levels.map(({ psi }) => pixelDown(psi, range, HEIGHT));
  const tops = spreadLabels(wanted, 16, 0, HEIGHT);
  return wordLayer(
    'level-names',
    levels.map(({ name }, i) => ({ text: name, left: SHAPES.driftWidth + 8, top: tops[i]! })),
    { colour: palette.soft },
  );
};

const driftLayers = (drift: readonly Drift[], side: SideName): Layer[] => {
  const { colour, dash, shape, fill } = sideLooks[side];
  const rows = drift.map(({ at, psi }) => ({ x: Date.parse(at), y: psi }));
  return [
    lineLayer(`drift-${side}`, rows, { colour, dash, width: 1.8 }),
    pointLayer(`drift-points-${side}`, rows, { shape, colour, fill, size: 26 }),
  ];
};

const findingOf = ({ drift, shifts }: Evaluation): string => {
  const worst = drift.reduce<Drift | null>((most, each) => (each.psi > (most?.psi ?? -1) ? each : most), null);
  const shift = shifts.reduce<Evaluation['shifts'][number] | null>((most, each) => (each.psi > (most?.psi ?? -1) ? each : most), null);
  const between =
    shift === null
      ? ''
      : ` Between ${shift.better} and ${sideWord(shift.worse)} the index is at most ${fixed(shift.psi, 2)} (${shift.surface}).`;
  if (worst === null) return `How scores spread.${between}`;
  const verdict = worst.psi < 0.1 ? 'Scores are steady over time' : worst.psi < 0.25 ? 'Scores drift a little' : 'Scores have shifted';
  return `${verdict}: PSI up to ${fixed(worst.psi, 2)} (${sideWord(worst.side)}, ${worst.surface}).${between}`;
};
