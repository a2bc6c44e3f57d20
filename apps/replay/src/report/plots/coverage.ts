import type { Exposure, SideName } from '../../evaluation/evaluation-result.js';
import { levelBarLayer, lineLayer, pointLayer, wordLayer, type Layer, type Row } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import { sideLooks } from '../draw/side-look.js';
import { count, fixed, percent } from '../numbers.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';
import { sideKey, sideWord } from './side-text.js';

const [LEFT, TOP, CURVE] = [52, 66, 330];
const BARS = { left: 560, width: 220, row: 78 };
const shares = { low: 0, high: 100, ticks: [0, 20, 40, 60, 80, 100] };

/** A Lorenz curve of thousands of papers has thousands of points; the eye needs a hundred. */
const POINTS = 100;

const tableOf = (exposures: readonly Exposure[]): Table => ({
  columns: [
    { name: 'side', heading: 'Side' },
    { name: 'papers', heading: 'Share of papers, least shown first', digits: 4 },
    { name: 'slots', heading: 'Their share of slots', digits: 4 },
    { name: 'shown', heading: 'Papers shown' },
    { name: 'catalogue', heading: 'Papers there are' },
    { name: 'gini', heading: 'Gini', digits: 4 },
  ],
  rows: exposures.flatMap(({ side, lorenz, shown, catalogue, gini }) =>
    lorenz.map(({ papers, slots }) => [side, papers, slots, shown, catalogue, gini]),
  ),
});

const about = {
  name: 'coverage',
  title: 'How much of the catalogue is shown',
  reading:
    'Left: papers sorted from least to most shown; the curve says what share of all slots the papers up to there have. The deeper it hangs below the straight line, the fewer papers have most of the slots (Gini: 0 = all alike, 1 = one has all). Right: share of the papers that this run names which a side lists at least once.',
};

/** At most a hundred points of a curve, the ends among them. */
const thinned = <T>(points: readonly T[]): readonly T[] =>
  points.length <= POINTS
    ? points
    : Array.from({ length: POINTS }, (_, i) => points[Math.round((i * (points.length - 1)) / (POINTS - 1))]!);

const curveLayers = ({ side, lorenz }: Exposure, at: number): Layer[] => {
  const { colour, dash, shape, fill } = sideLooks[side];
  const rows = thinned(lorenz).map(({ papers, slots }): Row => ({ x: papers * 100, y: slots * 100 }));
  // Points at other places for each side, so that curves that lie close stay apart by shape.
  const marked = rows.filter((_, i) => i > 0 && i < rows.length - 1 && i % 20 === 6 + at * 6);
  return [
    lineLayer(`curve-${side}`, rows, { colour, dash, width: 2.2 }),
    pointLayer(`marks-${side}`, marked, { shape, colour, fill, size: 46 }),
  ];
};

export const coveragePlot: PlotMaker = ({ evaluation }): Plot => {
  const exposures = evaluation.exposure.filter(({ slots }) => slots > 0);
  const table = tableOf(exposures);
  if (exposures.length === 0) return emptyPlot({ ...about, table }, 'No list of this run holds a paper.');
  const sides = exposures.map(({ side }) => side);
  const percentLabel = (tick: number): string => String(tick);
  const height = BARS.row * exposures.length;
  return {
    ...about,
    finding: findingOf(exposures),
    table,
    picture: {
      width: WIDE,
      height: TOP + CURVE + 52,
      panels: [
        {
          name: 'concentration',
          left: LEFT,
          top: TOP,
          width: CURVE + 60,
          height: CURVE,
          title: 'Who gets the slots',
          x: { range: shares, title: 'share of papers, least shown first, %', label: percentLabel },
          y: { range: shares, title: 'share of slots, %', label: percentLabel },
          layers: [
            lineLayer(
              'equal',
              [
                { x: 0, y: 0 },
                { x: 100, y: 100 },
              ],
              { colour: palette.soft, width: 1.2 },
            ),
            ...exposures.flatMap(curveLayers),
            ...sideKey(sides, 14, 16),
            wordLayer('equal-name', [{ text: 'all papers alike', left: (CURVE + 60) * 0.42, top: CURVE * 0.47 }], {
              colour: palette.soft,
              align: 'right',
            }),
          ],
        },
        {
          name: 'shown',
          left: BARS.left,
          top: TOP,
          width: BARS.width,
          height,
          title: 'Papers shown at least once',
          x: { range: { ...shares, ticks: [0, 50, 100] }, title: 'share of papers, %', label: percentLabel },
          y: { range: { low: 0, high: exposures.length, ticks: [] }, title: '', hidden: true, reverse: true },
          layers: [
            levelBarLayer(
              'ground',
              exposures.map((_, i) => ({ x: 100, y: i + 0.5 })),
              palette.grid,
              22,
            ),
            ...exposures.map(({ side, shown, catalogue }, i) =>
              levelBarLayer(`bar-${side}`, [{ x: (100 * shown) / catalogue, y: i + 0.5 }], sideLooks[side].colour, 22),
            ),
            ...exposures.map((each, i) => sideRow(each, (i + 0.5) * BARS.row)),
            wordLayer(
              'values',
              exposures.map(({ shown, catalogue }, i) => ({
                text: percent(shown / catalogue),
                left: BARS.width + 10,
                top: (i + 0.5) * BARS.row,
              })),
              { bold: true },
            ),
          ],
        },
      ],
    },
  };
};

const sideRow = ({ side, shown, catalogue, gini }: Exposure, middle: number): Layer =>
  wordLayer(`row-${side}`, [
    { text: `${sideWord(side)}: ${count(shown)} of ${count(catalogue)} papers, Gini ${fixed(gini, 3)}`, left: 0, top: middle - 22 },
  ]);

const findingOf = (exposures: readonly Exposure[]): string => {
  const say = ({ side, shown, catalogue }: { readonly side: SideName; readonly shown: number; readonly catalogue: number }): string =>
    `${percent(shown / catalogue, 0)} (${sideWord(side)})`;
  const [first] = exposures;
  return `Of ${count(first!.catalogue)} papers these are shown at least once: ${exposures.map(say).join(', ')}.`;
};
