import type { EpochMs } from '#contracts';
import type { Trend } from '../../files/run-files.js';
import { fitText, textWidth } from '../draw/text-width.js';
import { lineLayer, pointLayer, SMALL, wordLayer, type Layer, type Row } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import { clockLabel, dayLabel, spanLabel, timeLabel, timeRange } from '../draw/time-axis.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';

/** Places shown. */
const PLACES = 10;
/** Moments shown, out of the end of the stretch: lists of a day turn over in a day, so that more would turn the lines into a fence. */
const MOMENTS = 25;
const LONGEST_MS = 48 * 3_600_000;
/** The strongest climbers, told apart by dash and shape. */
const climberLooks = [
  { dash: [], shape: 'circle' },
  { dash: [9, 3], shape: 'square' },
  { dash: [2, 3], shape: 'diamond' },
] as const;

const [LEFT, RIGHT, TOP, ROW] = [236, 290, 44, 34];

interface Course {
  readonly paperId: string;
  readonly title: string;
  /** Place from 1 at each shown moment, null outside the first ten. */
  readonly places: readonly (number | null)[];
}

/** Evenly spread moments of the last two days, the first and the last among them. */
const sampled = (all: readonly Trend[]): readonly Trend[] => {
  const from = Date.parse(all.at(-1)?.at ?? '') - LONGEST_MS;
  const trends = all.filter(({ at }) => Date.parse(at) >= from);
  if (trends.length <= MOMENTS) return trends;
  return Array.from({ length: MOMENTS }, (_, i) => trends[Math.round((i * (trends.length - 1)) / (MOMENTS - 1))]!);
};

const placeIn = ({ top }: Trend, paperId: string): number | null => {
  const at = top.slice(0, PLACES).findIndex((entry) => entry.paperId === paperId);
  return at < 0 ? null : at + 1;
};

const coursesOf = (moments: readonly Trend[], titleOf: (paperId: string) => string): Course[] => {
  const ids = new Set<string>(moments.flatMap(({ top }) => top.slice(0, PLACES).map(({ paperId }) => paperId)));
  return [...ids].map((paperId) => ({ paperId, title: titleOf(paperId), places: moments.map((moment) => placeIn(moment, paperId)) }));
};

/** Places won from the first moment shown to the last; outside the ten counts as eleventh. */
const climb = ({ places }: Course): number => (places[0] ?? PLACES + 1) - (places.at(-1) ?? PLACES + 1);

const climbersOf = (courses: readonly Course[]): readonly Course[] =>
  [...courses]
    .sort((x, y) => climb(y) - climb(x) || (x.paperId < y.paperId ? -1 : 1))
    .filter((course) => climb(course) > 1)
    .slice(0, climberLooks.length);

/** `24 Nov, 06:00`. */
const momentWord = (at: EpochMs): string => `${dayLabel(at)}, ${clockLabel(at)}`;

const rowsOf = (course: Course, times: readonly EpochMs[]): Row[] => course.places.map((place, i) => ({ x: times[i]!, y: place }));
const present = (rows: readonly Row[]): Row[] => rows.filter(({ y }) => y !== null);

/** A paper that is in the list at one moment alone has no line: a dot stands for it. Ends get dots, so that a beginning is not taken for a crossing. */
const endsOf = (rows: readonly Row[]): Row[] =>
  rows.filter(({ y }, i) => y !== null && ((rows[i - 1]?.['y'] ?? null) === null || (rows[i + 1]?.['y'] ?? null) === null));

const companyLayers = (courses: readonly Course[], times: readonly EpochMs[]): Layer[] =>
  courses.flatMap((course, i) => {
    const rows = rowsOf(course, times);
    return [
      lineLayer(`company-${i}`, rows, { colour: palette.faint, width: 1.6, interpolate: 'monotone' }),
      pointLayer(`ends-${i}`, endsOf(rows), { shape: 'circle', colour: palette.faint, fill: palette.ground, size: 26 }),
    ];
  });

const climberLayers = (courses: readonly Course[], times: readonly EpochMs[]): Layer[] =>
  courses.flatMap((course, i) => {
    const { dash, shape } = climberLooks[i]!;
    const rows = rowsOf(course, times);
    return [
      lineLayer(`climber-${i}`, rows, { colour: palette.a, width: 3, dash, interpolate: 'monotone' }),
      pointLayer(`climber-${i}-points`, present(rows), { shape, colour: palette.a, fill: palette.a, size: 38 }),
    ];
  });

/** Titles of the lists at both ends, each beside its place. */
const endLabels = (
  moment: Trend,
  side: 'left' | 'right',
  width: number,
  titleOf: (paperId: string) => string,
  climbers: ReadonlySet<string>,
): Layer[] => {
  const rows = moment.top.slice(0, PLACES).map(({ paperId, upvotes }, i) => {
    const bold = climbers.has(paperId);
    const tail = side === 'right' ? ` ${upvotes}` : '';
    const room = (side === 'left' ? LEFT : RIGHT) - 46 - textWidth(tail, SMALL, bold);
    const text = fitText(titleOf(paperId), room, SMALL, bold);
    const top = (i + 0.5) * ROW;
    return {
      bold,
      row:
        side === 'left'
          ? { text: `${text}  ${i + 1}`, left: -12, top }
          : { text: `${i + 1}  ${text}${tail === '' ? '' : ` ·${tail}`}`, left: width + 12, top },
    };
  });
  return [false, true].map((bold) =>
    wordLayer(
      `${side}-${bold ? 'bold' : 'plain'}`,
      rows.filter((each) => each.bold === bold).map(({ row }) => row),
      {
        align: side === 'left' ? 'right' : 'left',
        bold,
        colour: bold ? palette.a : palette.ink,
      },
    ),
  );
};

const tableOf = (trends: readonly Trend[], titleOf: (paperId: string) => string): Table => ({
  columns: [
    { name: 'at', heading: 'Hour (UTC)' },
    { name: 'place', heading: 'Place' },
    { name: 'paper_id', heading: 'Paper' },
    { name: 'title', heading: 'Title' },
    { name: 'upvotes', heading: 'Upvotes of the day' },
    { name: 'score', heading: 'Score', digits: 4 },
  ],
  rows: trends.flatMap(({ at, top }) =>
    top.map(({ paperId, upvotes, score }, i) => [at, i + 1, paperId, titleOf(paperId), upvotes, score]),
  ),
});

const about = {
  name: 'trending',
  title: 'Trending papers by place',
  reading:
    'The first ten papers of the trending feed of the day, in even steps, at most the last two days of the replayed stretch (all of it is in the data). Each line is a paper; it ends where the paper leaves the first ten. The strongest climbers are heavy, with marks of their own; the number behind a title is its upvotes in the day that ends there, which are not the only thing that places it.',
};

export const trendingPlot: PlotMaker = ({ trends, papers }): Plot => {
  const titleOf = (paperId: string): string => papers.get(paperId)?.title ?? paperId;
  const table = tableOf(trends, titleOf);
  const moments = sampled(trends.filter(({ top }) => top.length > 0));
  if (moments.length < 2)
    return emptyPlot(
      { ...about, table },
      'The replayed stretch has fewer than two full hours with upvotes, so there is no course to draw.',
    );
  const times = moments.map(({ at }) => Date.parse(at));
  const courses = coursesOf(moments, titleOf);
  const climbers = climbersOf(courses);
  const marked = new Set(climbers.map(({ paperId }) => paperId));
  const [first, last] = [moments[0]!, moments.at(-1)!];
  const width = WIDE - LEFT - RIGHT;
  const height = PLACES * ROW;
  const range = timeRange(times[0]!, times.at(-1)!, 6);
  return {
    ...about,
    finding: findingOf(climbers[0], last, titleOf),
    table,
    picture: {
      width: WIDE,
      height: TOP + height + 52,
      panels: [
        {
          name: 'courses',
          left: LEFT,
          top: TOP,
          width,
          height,
          x: { range, title: `${spanLabel(times[0]!, times.at(-1)!)}, UTC`, label: timeLabel, grid: true },
          y: { range: { low: 0.5, high: PLACES + 0.5, ticks: [] }, title: 'place', hidden: true, reverse: true },
          layers: [
            ...companyLayers(
              courses.filter(({ paperId }) => !marked.has(paperId)),
              times,
            ),
            ...climberLayers(climbers, times),
            wordLayer('heads', [{ text: momentWord(times[0]!), left: -12, top: -16 }], {
              colour: palette.soft,
              align: 'right',
            }),
            wordLayer('tails', [{ text: `${momentWord(times.at(-1)!)} · upvotes of that day`, left: width + 12, top: -16 }], {
              colour: palette.soft,
            }),
            ...endLabels(first, 'left', width, titleOf, marked),
            ...endLabels(last, 'right', width, titleOf, marked),
          ],
        },
      ],
    },
  };
};

const findingOf = (climber: Course | undefined, last: Trend, titleOf: (paperId: string) => string): string => {
  if (climber === undefined) return `“${titleOf(last.top[0]!.paperId)}” ends on top; no paper climbed by more than a place.`;
  const [from, to] = [climber.places[0], climber.places.at(-1)!];
  return `“${climber.title}” climbed from ${from === null || from === undefined ? 'outside the first ten' : `place ${from}`} to place ${to}.`;
};
