import type { Calibration } from '../../evaluation/evaluation-result.js';
import { lineLayer, pointLayer, whiskerLayer, wordLayer, type Layer } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import type { PanelPlan } from '../draw/panel.js';
import { roundRange } from '../draw/scale-range.js';
import { sideLooks } from '../draw/side-look.js';
import { count, fixed, percent, tickLabel } from '../numbers.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';
import { sideWord } from './side-text.js';

const [LEFT, RIGHT, TOP, GAP] = [52, 16, 66, 40];

const tableOf = (calibrations: readonly Calibration[]): Table => ({
  columns: [
    { name: 'side', heading: 'Side' },
    { name: 'bin', heading: 'Bin, by claimed chance' },
    { name: 'slots', heading: 'Slots' },
    { name: 'claimed', heading: 'Claimed', digits: 4 },
    { name: 'happened', heading: 'Happened', digits: 4 },
    { name: 'low', heading: 'Low (95 %)', digits: 4 },
    { name: 'high', heading: 'High (95 %)', digits: 4 },
  ],
  rows: calibrations.flatMap(({ side, bins }) =>
    bins.map((bin, i) => [side, i + 1, bin.count, bin.claimed, bin.happened, bin.low, bin.high]),
  ),
});

const about = {
  name: 'calibration',
  title: 'Claimed against what happened',
  reading:
    'Chance of an engagement as the score claims it, against how often it happened, on slots that were served. Scores are no probabilities: a logistic curve per surface, fitted on the other half of the readers, makes chances of them. Each point is a bin of about as many slots, with a 95 % Wilson interval; on the diagonal claims come true.',
};

const layersOf = ({ side, bins }: Calibration, high: number): Layer[] => {
  const { colour, shape, fill, dash } = sideLooks[side];
  const rows = bins.map((bin) => ({ x: bin.claimed * 100, y: bin.happened * 100, low: bin.low * 100, high: bin.high * 100 }));
  return [
    lineLayer(
      'diagonal',
      [0, high].map((at) => ({ x: at, y: at })),
      { colour: palette.soft, width: 1.2 },
    ),
    whiskerLayer('intervals', rows, colour, 1.6),
    lineLayer('line', rows, { colour, dash, width: 1.8 }),
    pointLayer('points', rows, { shape, colour, fill, size: 50 }),
  ];
};

export const calibrationPlot: PlotMaker = ({ evaluation }): Plot => {
  const calibrations = evaluation.calibration.filter(({ bins }) => bins.length > 0);
  const table = tableOf(calibrations);
  if (calibrations.length === 0)
    return emptyPlot({ ...about, table }, 'No served slot has both a score and an outcome, or too few were engaged with to fit a curve.');
  const range = roundRange(
    calibrations.flatMap(({ bins }) => bins.flatMap(({ claimed, high }) => [claimed * 100, high * 100])),
    { include: [0], count: 5 },
  );
  const width = Math.min(272, Math.floor((WIDE - LEFT - RIGHT - GAP * (calibrations.length - 1)) / calibrations.length));
  const panels = calibrations.map((each, i): PanelPlan => ({
    name: `side-${each.side}`,
    left: LEFT + i * (width + GAP),
    top: TOP,
    width,
    height: width,
    title: `${sideWord(each.side)} · mean error ${percent(each.error)}`,
    x: { range, title: 'claimed chance, %', label: tickLabel(range.ticks) },
    y: { range, title: i === 0 ? 'happened, % of slots' : '', label: i === 0 ? tickLabel(range.ticks) : () => '' },
    layers: [...layersOf(each, range.high), ...(i === 0 ? [diagonalName(width, each)] : [])],
  }));
  return { ...about, finding: findingOf(calibrations), table, picture: { width: WIDE, height: TOP + width + 52, panels } };
};

/** Low at the right, where a curve near the diagonal does not come. */
const diagonalName = (width: number, { slots }: Calibration): Layer =>
  wordLayer(
    'diagonal-name',
    [
      { text: 'line: claims come true', left: width - 4, top: width - 30 },
      { text: `${count(slots)} slots`, left: width - 4, top: width - 12 },
    ],
    { colour: palette.soft, align: 'right' },
  );

const findingOf = (calibrations: readonly Calibration[]): string => {
  const best = calibrations.reduce((x, y) => (y.error < x.error ? y : x));
  const text = calibrations.map(({ side, error }) => `${fixed(error * 100, 1)} points (${sideWord(side)})`).join(', ');
  if (calibrations.length === 1) return `Claimed chances miss what happened by ${text} on average.`;
  return `Claimed chances miss what happened by ${text}; nearest is ${best.side === 'served' ? 'what was served' : `side ${best.side}`}.`;
};
