import { latenessBorders } from '../../files/run-files.js';
import { levelBarLayer, SMALL, strokeLayer, wordLayer } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import { roundRange } from '../draw/scale-range.js';
import { count, percent, tickLabel } from '../numbers.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';

const [LEFT, RIGHT, TOP, ROW] = [132, 270, 44, 29];
const WIDTH = WIDE - LEFT - RIGHT;

const units = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** `5 min`, of seconds. */
const spanLabel = (seconds: number): string => {
  const [size, unit] = units.find(([each]) => seconds >= each) ?? units[3];
  return `${seconds / size} ${unit}`;
};

const names = [...latenessBorders.map((border) => `up to ${spanLabel(border)}`), `later than ${spanLabel(latenessBorders.at(-1)!)}`];

interface Bucket {
  readonly name: string;
  readonly interactions: number;
  readonly share: number;
  /** Share of this bucket and all before it. */
  readonly within: number;
}

const bucketsOf = (lateness: readonly number[]): Bucket[] => {
  const all = lateness.reduce((sum, each) => sum + each, 0);
  let before = 0;
  return names.map((name, i) => {
    const interactions = lateness[i] ?? 0;
    before += interactions;
    return { name, interactions, share: all === 0 ? 0 : interactions / all, within: all === 0 ? 0 : before / all };
  });
};

const tableOf = (buckets: readonly Bucket[]): Table => ({
  columns: [
    { name: 'lateness', heading: 'Recorded after it happened' },
    { name: 'interactions', heading: 'Interactions' },
    { name: 'share', heading: 'Share', digits: 4 },
    { name: 'within', heading: 'Share recorded by then', digits: 4 },
  ],
  rows: buckets.map(({ name, interactions, share, within }) => [name, interactions, share, within]),
});

const about = {
  name: 'lateness',
  title: 'How late interactions reach the log',
  reading:
    'Time from what a reader did (the client’s clock, corrected) to its record in the log, for every interaction of the stretch. The columns at the right count them and say what share was recorded by then. Over seven days late is archived, and left out of what readers are shown.',
};

export const latenessPlot: PlotMaker = ({ stream }): Plot => {
  const buckets = bucketsOf(stream?.lateness ?? []);
  const table = tableOf(buckets);
  if (buckets.at(-1)!.within === 0) return emptyPlot({ ...about, table }, 'The replayed stretch holds no interaction.');
  const range = roundRange(
    buckets.map(({ share }) => share * 100),
    { include: [0] },
  );
  const middle = (i: number): number => (i + 0.5) * ROW;
  const column = (text: (bucket: Bucket) => string, left: number) =>
    buckets.map((bucket, i) => ({ text: text(bucket), left, top: middle(i) }));
  const soft = { colour: palette.soft, align: 'right' } as const;
  return {
    ...about,
    finding: findingOf(buckets),
    table,
    picture: {
      width: WIDE,
      height: TOP + ROW * buckets.length + 52,
      panels: [
        {
          name: 'buckets',
          left: LEFT,
          top: TOP,
          width: WIDTH,
          height: ROW * buckets.length,
          x: { range, title: 'share of interactions, %', label: tickLabel(range.ticks), grid: true },
          y: { range: { low: 0, high: buckets.length, ticks: [] }, title: '', hidden: true, reverse: true },
          layers: [
            levelBarLayer(
              'bars',
              buckets.map(({ share }, i) => ({ x: share * 100, y: i + 0.5 })),
              palette.a,
              ROW * 0.62,
            ),
            wordLayer(
              'names',
              column(({ name }) => name, -10),
              { align: 'right' },
            ),
            wordLayer(
              'heads',
              [
                { text: 'share', left: WIDTH + 76, top: -14 },
                { text: 'interactions', left: WIDTH + 166, top: -14 },
                { text: 'by then', left: WIDTH + 246, top: -14 },
              ],
              soft,
            ),
            strokeLayer('head-line', [{ left: WIDTH + 24, right: WIDTH + 246, top: -3, bottom: -3 }], { colour: palette.faint, width: 1 }),
            wordLayer(
              'shares',
              column(({ share, interactions }) => (interactions === 0 ? '–' : percent(share, share < 0.001 ? 3 : 1)), WIDTH + 76),
              { align: 'right', size: SMALL },
            ),
            wordLayer(
              'counts',
              column(({ interactions }) => count(interactions), WIDTH + 166),
              { align: 'right' },
            ),
            wordLayer(
              'withins',
              column(({ within }) => percent(within, within > 0.999 && within < 1 ? 3 : 1), WIDTH + 246),
              { align: 'right' },
            ),
          ],
        },
      ],
    },
  };
};

const findingOf = (buckets: readonly Bucket[]): string => {
  const minute = buckets[latenessBorders.indexOf(60)]!;
  const dropped = buckets.at(-1)!;
  return `${percent(minute.within)} of interactions are recorded within a minute; ${dropped.interactions === 0 ? 'none came' : `${count(dropped.interactions)} came`} more than seven days late.`;
};
