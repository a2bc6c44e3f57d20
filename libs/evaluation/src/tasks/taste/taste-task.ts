import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { RunMeter, columnOf, readHfPapers, readSubmissions } from '#model';
import type { PersonalList } from '#model';
import { seededRandom } from '#ranking';
import type { EvaluationTask, TaskOptions, TaskReport } from '../../task.js';
import { joined, tasteQuestions } from './cases.js';
import { learnedScores } from './learned-scores.js';
import { pairLikeness, vectorLikeness, wordLikeness } from './likeness.js';
import { fromLists, pipelineLists } from './pipeline-lists.js';
import { systemNames, tasteReport } from './taste-report.js';

export const tasteTask: EvaluationTask = {
  name: 'taste',
  summary: 'Of the papers listed on a day, which did a reader put on the page who had put three or more there before?',
  needs: ['papers.jsonl.gz', 'upvote_snapshots.csv.gz', 'submissions.csv.gz'],
  run: async (options) => {
    const root = await mkdtemp(join(tmpdir(), 'broadsheet-taste-'));
    try {
      return await judged(options, root);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

const judged = async ({ data: folder, test, seeds, say }: TaskOptions, root: string): Promise<TaskReport> => {
  const run = { root, data: basename(folder), seed: seeds[0] ?? 1, meter: new RunMeter('taste', say) };
  const heldBack = test === null ? [] : await readSubmissions(test);
  const data = joined(await readHfPapers(folder), heldBack);
  const questions = tasteQuestions(data, heldBack);
  if (questions.length === 0) throw new RangeError('nobody put a paper on the page after three others: there is nothing to judge');
  run.meter.say(`${questions.length} days of readers to judge`);

  const { lists, nameless, vectors } = await pipelineLists(data, questions, run);
  run.meter.say(`${lists.length} lists replayed`);
  const knowing = await learnedScores(lists, run);
  const strangers = await learnedScores(nameless, run);

  const chance = seededRandom(run.seed);
  const inCommon = fromLists(lists, (list) => columnOf(list, 'author_overlap'));
  const orText = (scores: readonly (Float32Array | null)[]) => (list: PersonalList, place: number) =>
    scores[place] ?? columnOf(list, 'text_similarity');
  return tasteReport(
    questions,
    [
      { name: systemNames.ours, role: 'ours', scores: fromLists(lists, orText(knowing.scores)) },
      { name: systemNames.strangers, role: 'ours', scores: fromLists(nameless, orText(strangers.scores)) },
      { name: systemNames.words, role: 'baseline', scores: wordLikeness(data) },
      { name: systemNames.pairs, role: 'baseline', scores: pairLikeness(data) },
      { name: systemNames.vectors, role: 'reference', scores: vectorLikeness(vectors) },
      { name: systemNames.authors, role: 'reference', scores: inCommon },
      { name: systemNames.chance, role: 'reference', scores: ({ paperIds }) => paperIds.map(() => chance()) },
    ],
    {
      data: run.data,
      seed: run.seed,
      heldBack: test !== null,
      learnedFrom: lists[knowing.scores.findIndex((scores) => scores !== null)]?.day ?? null,
      rankers: knowing.rankers,
      inCommon,
    },
  );
};
