import type { Mover, Movers } from '../../evaluation/evaluation-result.js';
import { levelLayer, pointLayer, wordLayer, type Row } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import { roundRange } from '../draw/scale-range.js';
import { fitText } from '../draw/text-width.js';
import { fixed, signed, tickLabel } from '../numbers.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';
import { pairOf } from './figures.js';
import { sideWord } from './side-text.js';

/** Rises and falls drawn, of each. */
const MOST = 8;
const [LEFT, RIGHT, TOP, ROW] = [300, 190, 62, 28];
const WIDTH = WIDE - LEFT - RIGHT;

const tableOf = (papers: readonly Mover[]): Table => ({
  columns: [
    { name: 'paper_id', heading: 'Paper' },
    { name: 'title', heading: 'Title' },
    { name: 'attention_before', heading: 'Attention before', digits: 2 },
    { name: 'attention_after', heading: 'Attention after', digits: 2 },
    { name: 'change', heading: 'Change', digits: 2 },
    { name: 'slots_before', heading: 'Slots before' },
    { name: 'slots_after', heading: 'Slots after' },
    { name: 'place_before', heading: 'Mean place before (1 = top)', digits: 2 },
    { name: 'place_after', heading: 'Mean place after (1 = top)', digits: 2 },
  ],
  rows: papers.map(({ paperId, title, before, after, change }) => [
    paperId,
    title,
    before.attention,
    after.attention,
    change,
    before.slots,
    after.slots,
    before.place === null ? null : before.place + 1,
    after.place === null ? null : after.place + 1,
  ]),
});

const about = {
  name: 'movers',
  title: 'Papers that gain and lose attention',
  reading:
    'Attention is what a paper’s slots are worth if readers look down a list as NDCG discounts it: the sum of 1 / log2(place + 1), for each 1 000 requests. An arrow leads from the one side (ring) to the other (head). Mean places are those of the lists that hold the paper.',
};

export const moversPlot: PlotMaker = ({ evaluation }): Plot => {
  const pair = pairOf(evaluation);
  const movers = evaluation.movers.find(({ better, worse }) => better === pair?.better && worse === pair.worse);
  const table = tableOf(movers?.papers ?? []);
  const moved = (movers?.papers ?? []).filter(({ change }) => change !== 0);
  if (movers === undefined) return emptyPlot({ ...about, table }, 'The run has one side only, so nothing can move between sides.');
  if (moved.length === 0)
    return emptyPlot({ ...about, table }, `Every paper has the same attention in ${movers.better} as in ${sideWord(movers.worse)}.`);
  const papers = strongest(moved);
  const range = roundRange(
    papers.flatMap(({ before, after }) => [before.attention, after.attention]),
    { include: [0], count: 6 },
  );
  const height = ROW * papers.length;
  return {
    ...about,
    finding: findingOf(papers, movers),
    table,
    picture: {
      width: WIDE,
      height: TOP + height + 52,
      panels: [
        {
          name: 'papers',
          left: LEFT,
          top: TOP,
          width: WIDTH,
          height,
          x: { range, title: 'attention per 1 000 requests', label: tickLabel(range.ticks), grid: true },
          y: { range: { low: 0, high: papers.length, ticks: [] }, title: '', hidden: true, reverse: true },
          layers: [...arrows(papers), ...words(papers, movers)],
        },
      ],
    },
  };
};

/** The first few rises and falls of a list by falling size of change: from the highest rise to the deepest fall. */
const strongest = (moved: readonly Mover[]): Mover[] =>
  [...moved.filter(({ change }) => change > 0).slice(0, MOST), ...moved.filter(({ change }) => change < 0).slice(0, MOST)].sort(
    (x, y) => y.change - x.change,
  );

/** Rises point to the right in full colour, falls to the left in outline. */
const arrows = (papers: readonly Mover[]) => {
  const rows = papers.map(({ before, after, change }, i): Row & { readonly up: number } => ({
    low: before.attention,
    high: after.attention,
    x: after.attention,
    y: i + 0.5,
    shift: 0,
    up: change > 0 ? 1 : 0,
  }));
  const [rising, falling] = [rows.filter(({ up }) => up === 1), rows.filter(({ up }) => up === 0)];
  return [
    levelLayer('rising', rising, { colour: palette.a, width: 2.4 }),
    levelLayer('falling', falling, { colour: palette.b, width: 2.4, dash: [5, 2] }),
    pointLayer(
      'from',
      rows.map((row) => ({ ...row, x: row['low']! })),
      { shape: 'circle', colour: palette.soft, fill: palette.ground, size: 40 },
    ),
    pointLayer('rising-heads', rising, { shape: 'triangle-right', colour: palette.a, fill: palette.a, size: 90 }),
    pointLayer('falling-heads', falling, { shape: 'triangle-left', colour: palette.b, fill: palette.ground, size: 90 }),
  ];
};

const words = (papers: readonly Mover[], { better, worse }: Movers) => {
  const middle = (i: number): number => (i + 0.5) * ROW;
  const place = (value: number | null): string => (value === null ? '–' : fixed(value + 1, 1));
  const soft = { colour: palette.soft, align: 'right' } as const;
  return [
    wordLayer(
      'titles',
      papers.map(({ title, paperId }, i) => ({ text: fitText(title || paperId, LEFT - 26, 12), left: -12, top: middle(i) })),
      { align: 'right' },
    ),
    wordLayer(
      'changes',
      papers.map(({ change }, i) => ({ text: signed(change, 1), left: WIDTH + 70, top: middle(i) })),
      { align: 'right', bold: true },
    ),
    wordLayer(
      'places',
      papers.map(({ before, after }, i) => ({ text: `${place(before.place)} → ${place(after.place)}`, left: WIDTH + 176, top: middle(i) })),
      { align: 'right' },
    ),
    wordLayer(
      'heads',
      [
        { text: 'change', left: WIDTH + 70, top: -18 },
        { text: 'mean place', left: WIDTH + 176, top: -18 },
      ],
      soft,
    ),
    wordLayer('key', [{ text: `ring: ${sideWord(worse)} · head: ${sideWord(better)}`, left: 0, top: -18 }], { colour: palette.soft }),
  ];
};

const findingOf = (papers: readonly Mover[], { better, worse }: Movers): string => {
  const [up, down] = [papers[0]!, papers.at(-1)!];
  const rise =
    up.change > 0
      ? `Side ${better} shows “${up.title}” more than ${worse === 'served' ? 'was served' : `side ${worse}`} does (${signed(up.change, 1)})`
      : null;
  const fall = down.change < 0 ? `“${down.title}” less (${signed(down.change, 1)})` : null;
  return `${[rise, fall].filter((text) => text !== null).join(' and ')}.`;
};
