import { barLayer } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import { roundRange } from '../draw/scale-range.js';
import { dayLabel, clockLabel, timeLabel, timeRange, stepFor, stepLabel, stretchOf } from '../draw/time-axis.js';
import { count } from '../numbers.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';

const HOUR = 3_600_000;
/** Bars drawn; longer stretches are counted by longer steps. */
const BARS = 200;
const [LEFT, RIGHT, TOP, HEIGHT] = [66, 26, 48, 130];
const WIDTH = WIDE - LEFT - RIGHT;

interface Hour {
  readonly at: number;
  readonly interactions: number;
}

const hoursOf = (hours: Readonly<Record<string, number>>): Hour[] =>
  Object.entries(hours)
    .map(([hour, interactions]) => ({ at: Date.parse(`${hour}:00:00Z`), interactions }))
    .sort((x, y) => x.at - y.at);

const tableOf = (hours: readonly Hour[]): Table => ({
  columns: [
    { name: 'hour', heading: 'Hour (UTC)' },
    { name: 'interactions', heading: 'Interactions' },
  ],
  rows: hours.map(({ at, interactions }) => [new Date(at).toISOString(), interactions]),
});

const about = {
  name: 'traffic',
  title: 'Interactions over time',
  reading: 'All interactions of the replayed stretch by the time at which they happened.',
};

export const trafficPlot: PlotMaker = ({ stream }): Plot => {
  const hours = hoursOf(stream?.hours ?? {});
  const table = tableOf(hours);
  if (hours.length === 0) return emptyPlot({ ...about, table }, 'The replayed stretch holds no interaction.');
  const [first, last] = [hours[0]!.at, hours.at(-1)!.at + HOUR];
  const step = stepFor(last - first, BARS);
  const sums = new Map<number, number>();
  for (const { at, interactions } of hours) sums.set(stretchOf(at, step), (sums.get(stretchOf(at, step)) ?? 0) + interactions);
  const rows = [...sums].map(([at, y]) => ({ x: at + step / 2, y }));
  const from = stretchOf(first, step);
  const to = Math.max(last, stretchOf(last - 1, step) + step);
  const y = roundRange(
    rows.map((row) => row.y),
    { include: [0], count: 3 },
  );
  const busiest = hours.reduce((a, b) => (b.interactions > a.interactions ? b : a));
  return {
    ...about,
    finding: `${count(hours.reduce((sum, { interactions }) => sum + interactions, 0))} interactions; the busiest hour, ${dayLabel(busiest.at)} from ${clockLabel(busiest.at)}, saw ${count(busiest.interactions)}.`,
    table,
    picture: {
      width: WIDE,
      height: TOP + HEIGHT + 52,
      panels: [
        {
          name: 'hours',
          left: LEFT,
          top: TOP,
          width: WIDTH,
          height: HEIGHT,
          x: { range: timeRange(from, to, 8), title: 'time it happened, UTC', label: timeLabel },
          y: { range: y, title: `interactions per ${stepLabel(step).replace(/^1 /, '')}`, label: count },
          layers: [barLayer('bars', rows, palette.a, Math.max(1, (WIDTH * step) / (to - from) - 1))],
        },
      ],
    },
  };
};
