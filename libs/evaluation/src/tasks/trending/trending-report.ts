import type { EpochMs } from '#contracts';
import type { TrendingSample } from '#model';
import { trendingFeatureNames } from '#ranking';
import type { JudgedLists } from '../../judged-lists.js';
import type { Comparison, Goal, TaskReport } from '../../task.js';
import { HN_GRAVITY, LAST_HOUR } from './formulas.js';

export const OURS = 'trending model';
export const bestGravityName = (exponent: number): string => `gravity ${exponent}, best on earlier days`;

export interface TrendingFacts {
  readonly data: string;
  readonly heldBack: boolean;
  readonly exponent: number;
  readonly epochs: number;
  readonly spans: Readonly<Record<'train' | 'validation' | 'judge', { readonly from: EpochMs; readonly to: EpochMs }>>;
  readonly learned: TrendingSample;
  readonly minutes: number;
  readonly megabytes: number;
}

export const trendingReport = (judged: JudgedLists, baselines: readonly string[], facts: TrendingFacts): TaskReport => {
  const systems = [{ name: OURS, role: 'ours' as const }, ...baselines.map((name) => ({ name, role: 'baseline' as const }))];
  const strongest = baselines.reduce((best, name) => (judged.meanOf(name) > judged.meanOf(best) ? name : best));
  const against = [...new Set([LAST_HOUR, HN_GRAVITY, bestGravityName(facts.exponent), 'Reddit hot', strongest])];
  const comparisons = [
    ...against.map((worse) => judged.compare('all', OURS, worse)),
    ...judged.groups.slice(1).map((group) => judged.compare(group, OURS, LAST_HOUR)),
  ];
  return {
    task: 'trending',
    data: facts.data,
    protocol: protocolOf(judged, facts),
    tables: judged.groups.map((group) =>
      judged.table(
        'Stories by the votes they gain in the next 24 h',
        group,
        group === 'all' ? systems : systems.filter(({ name }) => name === OURS || against.includes(name)),
      ),
    ),
    comparisons,
    goals: [
      goal('over the votes of the last hour', 0.02, comparisons[0]!),
      goal('over Hacker News gravity 1.8', 0.1, comparisons[1]!),
      goal(
        'over Reddit hot',
        0,
        comparisons.find(({ worse }) => worse === 'Reddit hot')!,
      ),
    ],
    notes: [
      `${facts.learned.rows.length / trendingFeatureNames.length} rows of ${facts.learned.lists.length} moments learned in ${facts.epochs} passes; whole run ${facts.minutes} min, ${facts.megabytes} MB at most.`,
      'The model does not know the place of a story on the page, which the site knows and which carries much: only what a feed folds from votes and comments.',
      'A story that leaves the page is not read again: its later votes are unknown and count as none.',
    ],
  };
};

const goal = (promise: string, least: number, { difference: { mean, low, high } }: Comparison): Goal => ({
  promise: `trending model ${promise}, NDCG@10`,
  wanted: least > 0 ? `>= +${least.toFixed(3)}, interval above 0` : 'interval above 0',
  reached: `${mean >= 0 ? '+' : ''}${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
  met: mean >= least && low > 0,
});

const protocolOf = (judged: JudgedLists, { heldBack, spans, exponent }: TrendingFacts): string[] => {
  const day = (time: EpochMs): string => new Date(time).toISOString().slice(0, 10);
  return [
    `${judged.count} moments, every 6 h from ${day(spans.judge.from)} to ${day(spans.judge.to)}: ${heldBack ? 'the held-back observations' : 'the last quarter of the days'}.`,
    'Candidates are the stories seen on the front page within the 24 h before; what they gain is the newest reading 24 h later less the newest reading now, linear gain. Intervals are drawn over days.',
    'Systems see the readings up to the moment only. Votes and comments between two readings are taken as evenly spread, in the ten-minute buckets of the fold; equal scores are ordered by chance.',
    `The model learns from such moments from ${day(spans.train.from)} on; the days from ${day(spans.validation.from)} to ${day(spans.validation.to)} say when to stop and choose gravity's exponent (${exponent}), and are learned from thereafter. No outcome of any of them lies after the first judged moment.`,
    'It is the product’s model: columns of #ranking over the fold’s counts, monotone net trained here, scored by its ONNX session.',
  ];
};
