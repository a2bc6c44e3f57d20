import { bootstrapInterval, mean, pairedDifference } from '#ranking';
import type { ReaderStateSettings } from '#model';
import type { Comparison, Goal, ResultTable, Row, TaskReport } from '../../task.js';
import { DEPTH } from './next-item.js';
import type { ReaderFigures } from './next-item.js';

/** One system over all judged readers, in the same order for every system. */
export interface JudgedSequences {
  readonly name: string;
  readonly role: Row['role'];
  readonly figures: readonly ReaderFigures[];
}

export interface SequenceFacts {
  readonly data: string;
  readonly heldBack: boolean;
  readonly systems: readonly JudgedSequences[];
  readonly settings: ReaderStateSettings;
  readonly furthest: { readonly difference: number; readonly choices: number };
  /** Training of one seed. */
  readonly minutes: number;
  readonly megabytes: number;
}

const SEED = 1;
const NDCG = `NDCG@${DEPTH}`;
/** Figures of others under this protocol, measured in Python on movielens-100k (two seeds each); for orientation, since ties within a second may have been ordered otherwise. */
const REFERENCES: Readonly<Record<string, number>> = { 'GRU (reference, not run here)': 0.137, 'SASRec (reference, not run here)': 0.143 };
const PROMISED = 0.15;
const MOST_APART = 1e-5;

export const sequenceReport = (facts: SequenceFacts): TaskReport => {
  const { systems, settings, furthest, heldBack } = facts;
  const ours = systems.filter(({ role }) => role === 'ours');
  const baselines = systems.filter(({ role }) => role === 'baseline');
  return {
    task: 'sequence',
    data: facts.data,
    protocol: [
      heldBack
        ? 'The held-back choices are judged, each from all choices of the reader before it.'
        : 'The last 10 choices of every reader are judged, each from all choices of the reader before it.',
      'Choices of one second stand in an order by hash: the order of the file means nothing, and often is that of the items.',
      'Learning asks each place for the rest of its second, or else for all of the next, among the items not chosen before.',
      'All items that the reader has not chosen are ranked; an item that scores the same as others stands behind them. Figures are means over readers of the mean over their judged choices.',
      `Item vectors and encoders are learned from what comes before the judged choices, in ${settings.epochs} passes; passes and settings were chosen on the choices just before those.`,
      'Our states are stepped one choice at a time by the recurrence that serves, in doubles.',
    ],
    tables: [
      table('all', systems, () => true),
      ...slices.map(({ name, holds }) => table(name, systems, holds)).filter(({ cases }) => cases > 0),
    ],
    comparisons: ours.flatMap((better) => baselines.map((worse) => comparison(better, worse))),
    goals: goals(ours, baselines, furthest),
    notes: [
      `One seed learns in ${facts.minutes.toFixed(1)} min; whole run at most ${facts.megabytes} MB. Microseconds and bytes an event: npm run bench -- reader-state.`,
    ],
  };
};

const slices = [
  { name: 'up to 50 choices known', holds: ({ history }: ReaderFigures) => history <= 50 },
  { name: '51 to 200', holds: ({ history }: ReaderFigures) => history > 50 && history <= 200 },
  { name: 'over 200', holds: ({ history }: ReaderFigures) => history > 200 },
];

const table = (group: string, systems: readonly JudgedSequences[], holds: (figures: ReaderFigures) => boolean): ResultTable => ({
  title: 'Next choices',
  group,
  cases: systems[0]?.figures.filter(holds).length ?? 0,
  measures: [NDCG, `recall@${DEPTH}`, 'MRR'],
  rows: [
    ...systems.map(({ name, role, figures }): Row => {
      const own = figures.filter(holds);
      const values = own.map(({ ndcg }) => ndcg);
      return {
        system: name,
        role,
        values: {
          [NDCG]: mean(values),
          [`recall@${DEPTH}`]: mean(own.map(({ recall }) => recall)),
          MRR: mean(own.map(({ reciprocalRank }) => reciprocalRank)),
        },
        interval: bootstrapInterval(values, { seed: SEED }),
      };
    }),
    ...(group === 'all'
      ? Object.entries(REFERENCES).map(([system, value]): Row => ({ system, role: 'reference', values: { [NDCG]: value }, interval: null }))
      : []),
  ],
});

const comparison = (better: JudgedSequences, worse: JudgedSequences): Comparison => {
  const [ours, theirs] = [better, worse].map(({ figures }) => figures.map(({ ndcg }) => ndcg));
  const difference = pairedDifference(ours!, theirs!, { seed: SEED });
  return {
    group: 'all',
    measure: NDCG,
    better: better.name,
    worse: worse.name,
    difference,
    relative: difference.mean / Math.max(mean(theirs!), 1e-9),
  };
};

const goals = (ours: readonly JudgedSequences[], baselines: readonly JudgedSequences[], furthest: SequenceFacts['furthest']): Goal[] => [
  ...ours.map(({ name, figures }): Goal => {
    const reached = mean(figures.map(({ ndcg }) => ndcg));
    return { promise: `${name}, ${NDCG}`, wanted: `>= ${PROMISED.toFixed(3)}`, reached: reached.toFixed(4), met: reached >= PROMISED };
  }),
  ...ours.flatMap((better) =>
    baselines
      .filter(({ name }) => name === 'exponential average')
      .map((worse): Goal => {
        const { mean: by, low, high } = comparison(better, worse).difference;
        return {
          promise: `${better.name} over the exponential average`,
          wanted: 'interval above 0',
          reached: `${by >= 0 ? '+' : ''}${by.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`,
          met: low > 0,
        };
      }),
  ),
  {
    promise: `stream equals batch over histories of up to ${furthest.choices} choices`,
    wanted: `<= ${MOST_APART}`,
    reached: furthest.difference.toExponential(1),
    met: furthest.difference <= MOST_APART,
  },
];
