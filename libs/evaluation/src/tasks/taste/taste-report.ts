import { bootstrapInterval, mean, pairedDifference } from '#ranking';
import type { Comparison, Goal, ResultTable, Row, TaskReport } from '../../task.js';
import { figuresOf } from './cases.js';
import type { CaseFigures, TasteQuestion } from './cases.js';
import type { QuestionScores } from './likeness.js';

export const systemNames = {
  ours: 'personal ranker',
  strangers: 'personal ranker, names of people unknown',
  words: 'TF-IDF, last 20',
  pairs: 'TF-IDF with word pairs, last 20',
  vectors: 'content vectors, last 20',
  authors: 'authors in common',
  chance: 'chance',
} as const;

export interface TasteSystem {
  readonly name: string;
  readonly role: Row['role'];
  readonly scores: QuestionScores;
}

export interface TasteFacts {
  readonly data: string;
  readonly seed: number;
  readonly heldBack: boolean;
  /** First day that a trained ranker scored; null when none did. */
  readonly learnedFrom: number | null;
  readonly rankers: number;
  /** How much each candidate's authors are those of the reader's history. */
  readonly inCommon: QuestionScores;
}

/** One submission to judge: what is known of it besides the order. */
interface TasteCase {
  readonly historySize: number;
  readonly sharesAuthor: boolean;
  readonly learned: boolean;
  readonly figures: Readonly<Record<string, CaseFigures>>;
}

/** First the one that was promised. */
const pairsCompared = [
  [systemNames.ours, systemNames.words],
  [systemNames.ours, systemNames.pairs],
  [systemNames.strangers, systemNames.words],
  [systemNames.strangers, systemNames.pairs],
] as const;

const WANTED_MRR = 0.56;

export const tasteReport = (questions: readonly TasteQuestion[], systems: readonly TasteSystem[], facts: TasteFacts): TaskReport => {
  const cases = questions.flatMap((question) => casesOf(question, systems, facts));
  const groups = groupsOf(cases).filter(([, of]) => of.length > 0);
  const comparisons = groups.flatMap(([group, of]) =>
    pairsCompared.map(([better, worse]) => compared(group, of, better, worse, facts.seed)),
  );
  return {
    task: 'taste',
    data: facts.data,
    protocol: protocolOf(questions, cases, facts),
    tables: groups.map(([group, of]) => tableOf(group, of, systems, facts.seed)),
    comparisons,
    goals: goalsOf(cases, comparisons[0]),
    notes: [
      'Readers put mostly their own papers, or those of their group, on the page: authors in common tell most of it. The row without names says what text, subject, age and code tell alone.',
      'Which overlaps became features was decided by looking at single columns on the shared cases; the settings of rankers were looked at on readers with one or two earlier submissions, who are not judged.',
      `Rows of the pipeline come from its fold and inspect; ${facts.rankers} rankers were trained in this run, each scored through its ONNX session.`,
    ],
  };
};

const casesOf = (question: TasteQuestion, systems: readonly TasteSystem[], { inCommon, learnedFrom }: TasteFacts): TasteCase[] => {
  const figures = systems.map(({ name, scores }) => [name, figuresOf(question, scores(question))] as const);
  const shared = inCommon(question);
  return [...question.judged].map((row, place) => ({
    historySize: question.history.length,
    sharesAuthor: shared[row]! > 0,
    learned: learnedFrom !== null && question.day >= learnedFrom,
    figures: Object.fromEntries(figures.map(([name, all]) => [name, all[place]!])),
  }));
};

const groupsOf = (cases: readonly TasteCase[]): (readonly [string, readonly TasteCase[]])[] => [
  ['all', cases],
  ['after the first ranker', cases.filter(({ learned }) => learned)],
  ['3 to 5 earlier', cases.filter(({ historySize }) => historySize <= 5)],
  ['6 to 10 earlier', cases.filter(({ historySize }) => historySize > 5 && historySize <= 10)],
  ['more than 10 earlier', cases.filter(({ historySize }) => historySize > 10)],
  ['an author in common', cases.filter(({ sharesAuthor }) => sharesAuthor)],
  ['no author in common', cases.filter(({ sharesAuthor }) => !sharesAuthor)],
];

const ranksOf = (cases: readonly TasteCase[], system: string): number[] => cases.map(({ figures }) => figures[system]!.reciprocalRank);

const tableOf = (group: string, cases: readonly TasteCase[], systems: readonly TasteSystem[], seed: number): ResultTable => ({
  title: 'A day’s papers ordered for a reader who put some of them on the page',
  group,
  cases: cases.length,
  measures: ['MRR', 'AUC'],
  rows: systems.map(({ name, role }) => ({
    system: name,
    role,
    values: { MRR: mean(ranksOf(cases, name)), AUC: mean(cases.map(({ figures }) => figures[name]!.auc)) },
    interval: bootstrapInterval(ranksOf(cases, name), { seed }),
  })),
});

const compared = (group: string, cases: readonly TasteCase[], better: string, worse: string, seed: number): Comparison => {
  const [ours, theirs] = [ranksOf(cases, better), ranksOf(cases, worse)];
  const difference = pairedDifference(ours, theirs, { seed });
  return { group, measure: 'MRR', better, worse, difference, relative: difference.mean / mean(theirs) };
};

const goalsOf = (cases: readonly TasteCase[], overWords: Comparison | undefined): Goal[] => {
  const reached = mean(ranksOf(cases, systemNames.ours));
  const { low = NaN, high = NaN } = overWords?.difference ?? {};
  return [
    {
      promise: 'a day’s papers for a submitter with 3 or more earlier ones, MRR',
      wanted: `>= ${WANTED_MRR}`,
      reached: reached.toFixed(3),
      met: reached >= WANTED_MRR,
    },
    {
      promise: 'the same over TF-IDF against the last 20, paired',
      wanted: 'interval above 0',
      reached: `${low.toFixed(3)} to ${high.toFixed(3)}`,
      met: low > 0,
    },
  ];
};

const protocolOf = (questions: readonly TasteQuestion[], cases: readonly TasteCase[], { heldBack, learnedFrom }: TasteFacts): string[] => [
  `${cases.length} cases, one a submission, of ${new Set(questions.map(({ user }) => user)).size} readers with 3 or more submissions on earlier days${heldBack ? '; only the held-back rows are judged' : ''}.`,
  'Candidates are all papers listed that day, when there are 5 or more; another paper that the reader put there the same day stays among them. Equal scores share the middle of their places.',
  'Curators are left out: whoever put 100 papers or more and 1 % of all on the page.',
  'Asked at midnight UTC of the day: papers of the day are listed, no vote for them is known. Who put any paper on the page is never a fact of the paper.',
  'The encoder is fitted on papers listed before the first judged day. Rankers learn from all lists of readers with 1 or more earlier submissions, on earlier days only, anew each time their number has grown by half.',
  learnedFrom === null
    ? 'There were too few lists to learn from: the pipeline’s text similarity orders all.'
    : `Cases before ${new Date(learnedFrom).toISOString().slice(0, 10)}, when no ranker had enough to learn from, are ordered by the pipeline’s text similarity.`,
  'TF-IDF counts its document frequencies over all papers, later ones too, as the data set’s reference does.',
];
