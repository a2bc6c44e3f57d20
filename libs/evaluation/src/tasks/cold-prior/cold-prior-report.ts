import type { EpochMs } from '#contracts';
import type { JudgedLists, JudgedSystem } from '../../judged-lists.js';
import type { TaskReport } from '../../task.js';

export const systemNames = {
  ours: 'trending model, no votes yet',
  oursAndText: 'the same and the text',
  text: 'text alone (ridge)',
  history: 'submitter and organisation (ridge)',
  historyAndCode: 'the same and code link',
  authors: 'number of authors',
  listed: 'order of listing',
  newest: 'newest',
  chance: 'chance',
} as const;

const systems: readonly JudgedSystem[] = [
  { name: systemNames.ours, role: 'ours' },
  { name: systemNames.oursAndText, role: 'reference' },
  { name: systemNames.text, role: 'baseline' },
  { name: systemNames.history, role: 'baseline' },
  { name: systemNames.historyAndCode, role: 'baseline' },
  { name: systemNames.authors, role: 'baseline' },
  { name: systemNames.newest, role: 'baseline' },
  { name: systemNames.listed, role: 'baseline' },
  { name: systemNames.chance, role: 'baseline' },
];

export interface ColdPriorFacts {
  readonly data: string;
  readonly heldBack: boolean;
  readonly days: { readonly train: number; readonly validation: number };
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly epochs: number;
  readonly lambda: number;
  readonly textWeight: number;
  readonly minutes: number;
  readonly megabytes: number;
}

/** Over the text alone. */
const WANTED_LEAD = 0.1;

export const coldPriorReport = (judged: JudgedLists, facts: ColdPriorFacts): TaskReport => {
  const overText = judged.compare('all', systemNames.ours, systemNames.text);
  const { mean, low, high } = overText.difference;
  return {
    task: 'cold-prior',
    data: facts.data,
    protocol: protocolOf(judged, facts),
    tables: judged.groups.map((group) => judged.table('A day’s papers without votes, by their later votes', group, systems)),
    comparisons: [
      overText,
      judged.compare('all', systemNames.ours, systemNames.history),
      judged.compare('all', systemNames.ours, systemNames.authors),
      judged.compare('all', systemNames.oursAndText, systemNames.ours),
      ...judged.groups.slice(1).map((group) => judged.compare(group, systemNames.ours, systemNames.text)),
    ],
    goals: [
      {
        promise: 'cold prior over the text alone, NDCG@5',
        wanted: `>= +${WANTED_LEAD.toFixed(3)}, interval above 0`,
        reached: `${mean >= 0 ? '+' : ''}${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
        met: mean >= WANTED_LEAD && low > 0,
      },
    ],
    notes: [
      `The text was given a weight of ${facts.textWeight} beside the model on the earlier days. The model itself reads no text: the row with it shows what a second model on the way would add.`,
      `The model made ${facts.epochs} passes; the text's ridge took lambda ${facts.lambda}. Whole run ${facts.minutes} min, ${facts.megabytes} MB at most.`,
    ],
  };
};

const protocolOf = (judged: JudgedLists, { heldBack, days, from, to }: ColdPriorFacts): string[] => {
  const date = (time: EpochMs): string => new Date(time).toISOString().slice(0, 10);
  return [
    `${judged.count} listing days of 5 papers or more from ${date(from)} to ${date(to)}: ${heldBack ? 'those of the held-back papers' : 'the last fifth of the days'}. Gain is the number of votes at the newest reading, linear.`,
    'Asked a quarter of an hour after the listing day began, when nobody has voted. Records of submitters, organisations, authors and owners of code count only what was read of their earlier papers before that moment.',
    `All learned systems see the ${days.train + days.validation} days before; the last ${days.validation} of them say when to stop and choose lambda and the weight of the text, and are learned from thereafter. What they learn to foresee is the newest reading of those days' papers.`,
    'It is the product’s trending model, all four heads trained on papers with and without votes, judged by its head of all time through its ONNX session. Equal scores are ordered by chance.',
  ];
};
