import type { Mover } from '../evaluation/evaluation-result.js';
import { inDigits, textTable } from '../evaluation/text-table.js';
import { likenessMeasures, type Likeness, type SlateComparison } from './comparison-result.js';

/** Movers that are printed; the file has more. */
const PRINTED = 10;
const TITLE = 60;

/** A comparison for people: how alike slates are, over all and by surface, and which papers gained or lost most. */
export const comparisonText = (comparison: SlateComparison): string => {
  const { first, second, k, requests, overall, surfaces, movers } = comparison;
  return [
    `first ${first.manifest.slice(0, 12)} side ${first.side}, second ${second.manifest.slice(0, 12)} side ${second.side}: ${requests.both} requests in both, ${requests.firstOnly} in the first alone, ${requests.secondOnly} in the second alone`,
    textTable([
      ['', 'requests', `overlap@${k}`, 'rbo', 'tau', 'places moved', 'score moved', 'same'],
      likenessRow('all', requests.both, overall),
      ...surfaces.map(({ surface, requests: count, likeness }) => likenessRow(surface, count, likeness)),
    ]),
    movers.length === 0
      ? 'no paper moved'
      : textTable([['attention', 'change', 'slots', 'mean place', 'paper'], ...movers.slice(0, PRINTED).map(moverRow)]),
    "means over requests; attention: sum of 1 / log2(place + 2) over a paper's slots, per 1,000 requests; tau and moves are of papers in both slates",
  ].join('\n\n');
};

const likenessRow = (label: string, requests: number, likeness: Likeness): string[] => [
  label,
  String(requests),
  ...likenessMeasures.map((measure) => inDigits(likeness[measure]?.mean ?? null)),
];

const moverRow = ({ before, after, change, title }: Mover): string[] => [
  `${before.attention.toFixed(1)} -> ${after.attention.toFixed(1)}`,
  `${change < 0 ? '-' : '+'}${Math.abs(change).toFixed(1)}`,
  `${before.slots} -> ${after.slots}`,
  `${place(before.place)} -> ${place(after.place)}`,
  title.length > TITLE ? `${title.slice(0, TITLE - 3)}...` : title,
];

const place = (mean: number | null): string => (mean === null ? '-' : mean.toFixed(1));
