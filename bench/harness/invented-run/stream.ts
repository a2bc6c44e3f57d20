import type { EpochMs } from '#contracts';
import type { Random } from '#ranking';
import { accrualHours, type Accrual, type Outcome, type StreamSummary, type Trend } from '../../../apps/replay/src/files/run-files.js';
import type { InventedPaper } from './papers.js';

const HOUR = 3_600_000;
const engagements: readonly Outcome['action'][] = ['open', 'outbound', 'upvote', 'save', 'comment'];

/** Upvotes of a paper so many hours old: quick at first, then fewer. */
const upvotesAt = ({ quality }: InventedPaper, hours: number): number =>
  Math.floor(90 * quality ** 2 * (1 - Math.exp(-hours / 30)) + 3 * quality * Math.log1p(hours));

export const inventAccrual = (papers: readonly InventedPaper[], to: EpochMs): Accrual[] =>
  papers.map((paper) => ({
    paperId: paper.paperId,
    upvotes: accrualHours.map((hours) => (paper.since + hours * HOUR > to ? null : upvotesAt(paper, hours))),
  }));

export const inventTrends = (papers: readonly InventedPaper[], from: EpochMs, to: EpochMs): Trend[] => {
  const trends: Trend[] = [];
  for (let at = from; at <= to; at += HOUR) {
    const top = papers
      .map((paper) => ({ paper, age: (at - paper.since) / HOUR }))
      .filter(({ age }) => age > 0)
      .map(({ paper, age }) => ({
        paperId: paper.paperId,
        upvotes: upvotesAt(paper, age) - upvotesAt(paper, Math.max(0, age - 24)),
        score: Number((upvotesAt(paper, age) * 2 ** (-age / 24)).toFixed(6)),
      }))
      .sort((x, y) => y.upvotes - x.upvotes || y.score - x.score || (x.paperId < y.paperId ? -1 : 1))
      .slice(0, 20);
    trends.push({ at: new Date(at).toISOString(), top });
  }
  return trends;
};

export const inventStream = (outcomes: readonly Outcome[], papers: number, from: EpochMs, to: EpochMs, random: Random): StreamSummary => {
  const places = new Map<number, { impressions: number; engagements: number }>();
  const actions: Record<string, number> = {};
  for (const { action, position = 0 } of outcomes) {
    actions[action] = (actions[action] ?? 0) + 1;
    const place = places.get(position) ?? { impressions: 0, engagements: 0 };
    places.set(position, place);
    if (action === 'impression') place.impressions++;
    if (engagements.includes(action)) place.engagements++;
  }
  const hours: Record<string, number> = {};
  for (let at = from; at < to; at += HOUR) {
    const daylight = 1.3 + Math.sin(((at / HOUR - 9) * Math.PI) / 12);
    hours[new Date(at).toISOString().slice(0, 13)] = Math.round(140 * daylight * (0.8 + 0.4 * random()));
  }
  return {
    records: { 'papers.v1': { folded: papers, duplicate: 3 }, 'interactions.v1': { folded: outcomes.length, late: 12, duplicate: 41 } },
    actions,
    lateness: [41_202, 9120, 1240, 310, 402, 160, 88, 41, 12, 9, 12],
    positions: [...places].sort(([x], [y]) => x - y).map(([position, counts]) => ({ position, ...counts })),
    hours,
  };
};
