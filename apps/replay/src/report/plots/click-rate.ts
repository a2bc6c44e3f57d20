import { barLayer, lineLayer, pointLayer, whiskerLayer, wordLayer } from '../draw/layers.js';
import { palette } from '../draw/palette.js';
import { roundRange, type AxisRange } from '../draw/scale-range.js';
import { count, percent, tickLabel } from '../numbers.js';
import { wilson } from './wilson.js';
import { emptyPlot, WIDE, type Plot, type PlotMaker, type Table } from './plot.js';

/** Places shown: further down few readers get. */
const PLACES = 30;
/** With fewer impressions an interval spans half the picture. */
const LEAST = 20;
const [LEFT, RIGHT, TOP, HEIGHT, STRIP] = [56, 180, 48, 260, 64];
const WIDTH = WIDE - LEFT - RIGHT;

interface Place {
  /** From 1. */
  readonly place: number;
  readonly impressions: number;
  readonly engagements: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

const tableOf = (places: readonly Place[]): Table => ({
  columns: [
    { name: 'place', heading: 'Place (1 = top)' },
    { name: 'impressions', heading: 'Impressions' },
    { name: 'engagements', heading: 'Engagements' },
    { name: 'rate', heading: 'Engagements per impression', digits: 4 },
    { name: 'low', heading: 'Low (95 %)', digits: 4 },
    { name: 'high', heading: 'High (95 %)', digits: 4 },
  ],
  rows: places.map(({ place, impressions, engagements, rate, low, high }) => [place, impressions, engagements, rate, low, high]),
});

const about = {
  name: 'click-rate',
  title: 'Click rate by place',
  reading:
    'Engagements (open, outbound, upvote, save, comment) per impression at each place of a list, with 95 % Wilson intervals. The dashed curve falls as NDCG discounts places, 1 / log2(place + 1), from the rate of the first place: where points lie below it, readers look down the list less than the measure assumes. Bars: impressions.',
};

export const clickRatePlot: PlotMaker = ({ stream }): Plot => {
  const places = (stream?.positions ?? [])
    .map(({ position, impressions, engagements }) => ({
      place: position + 1,
      impressions,
      engagements,
      ...wilson(engagements, impressions),
    }))
    .sort((x, y) => x.place - y.place);
  const table = tableOf(places);
  const shown = places.filter(({ place, impressions }) => place <= PLACES && impressions >= LEAST);
  if (shown.length < 2)
    return emptyPlot(
      { ...about, table },
      `No two places have ${LEAST} impressions: clients report positions by impression events, and this stretch has too few.`,
    );
  const range = roundRange(
    shown.map(({ high }) => high * 100),
    { include: [0] },
  );
  const last = shown.at(-1)!.place;
  const x = { range: placeRange(last), label: String };
  const discount = shown.map(({ place }) => ({
    x: place,
    y: (shown[0]!.rate * 100 * Math.log2(shown[0]!.place + 1)) / Math.log2(place + 1),
  }));
  const impressions = roundRange(
    shown.map((each) => each.impressions),
    { include: [0], count: 2 },
  );
  const down = (value: number): number => HEIGHT * (1 - value / range.high);
  return {
    ...about,
    finding: findingOf(shown),
    table,
    picture: {
      width: WIDE,
      height: TOP + HEIGHT + 46 + STRIP + 52,
      panels: [
        {
          name: 'rates',
          left: LEFT,
          top: TOP,
          width: WIDTH,
          height: HEIGHT,
          x: { ...x, title: '', hidden: true },
          y: { range, title: 'engagements per impression, %', label: tickLabel(range.ticks) },
          layers: [
            lineLayer('discount', discount, { colour: palette.soft, dash: [7, 3], width: 1.6, interpolate: 'monotone' }),
            whiskerLayer(
              'intervals',
              shown.map(({ place, low, high }) => ({ x: place, low: low * 100, high: high * 100 })),
              palette.a,
              2,
            ),
            pointLayer(
              'points',
              shown.map(({ place, rate }) => ({ x: place, y: rate * 100 })),
              { shape: 'circle', colour: palette.a, fill: palette.a, size: 60 },
            ),
            endNames(down(discount.at(-1)!.y), down(shown.at(-1)!.rate * 100)),
          ],
        },
        {
          name: 'impressions',
          left: LEFT,
          top: TOP + HEIGHT + 46,
          width: WIDTH,
          height: STRIP,
          x: { ...x, title: 'place in the list (1 = top)' },
          y: { range: impressions, title: 'impressions', label: count },
          layers: [
            barLayer(
              'bars',
              shown.map((each) => ({ x: each.place, y: each.impressions })),
              palette.faint,
              Math.min(22, (WIDTH / last) * 0.6),
            ),
          ],
        },
      ],
    },
  };
};

const placeRange = (last: number): AxisRange => {
  const step = last <= 15 ? 1 : last <= 24 ? 2 : 5;
  const ticks = Array.from({ length: last }, (_, i) => i + 1).filter((place) => place === 1 || place % step === 0);
  return { low: 0.4, high: last + 0.6, ticks: step === 1 ? ticks : ticks.filter((place) => place === 1 || place >= step) };
};

/** Names of both lines behind their ends, the higher end above. */
const endNames = (discountTop: number, rateTop: number) => {
  const middle = (discountTop + rateTop) / 2;
  const apart = Math.max(9, Math.abs(discountTop - rateTop) / 2);
  const sign = discountTop < rateTop ? -1 : 1;
  return wordLayer('names', [
    { text: 'as NDCG discounts', left: WIDTH + 12, top: middle + sign * apart },
    { text: 'what readers did', left: WIDTH + 12, top: middle - sign * apart },
  ]);
};

const findingOf = (shown: readonly Place[]): string => {
  const first = shown[0]!;
  const later = shown.findLast(({ place }) => place <= 10) ?? shown.at(-1)!;
  return `Readers take ${percent(first.rate)} of what stands at place ${first.place} and ${percent(later.rate)} of what stands at place ${later.place}.`;
};
