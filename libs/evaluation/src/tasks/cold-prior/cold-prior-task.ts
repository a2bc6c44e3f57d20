import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { periods } from '#contracts';
import {
  RunMeter,
  coldDays,
  learnTrending,
  openRunScorer,
  readHfPapers,
  readLaterPapers,
  trendingRows,
  trendingSample,
  trendingSettings,
} from '#model';
import type { ColdDay, HfPapers, LearnerSettings, TrendingSample } from '#model';
import { mean, seededRandom } from '#ranking';
import { JudgedLists } from '../../judged-lists.js';
import type { JudgedList } from '../../judged-lists.js';
import type { EvaluationTask, TaskOptions, TaskReport } from '../../task.js';
import { coldPriorReport, systemNames } from './cold-prior-report.js';
import { columnPrior, textPrior } from './linear-priors.js';
import type { Fitting, Prior } from './linear-priors.js';

export const coldPriorTaskWith = (settings: LearnerSettings): EvaluationTask => ({
  name: 'cold-prior',
  summary: 'Which of a day’s papers, that nobody has voted on yet, end with most votes?',
  needs: ['papers.jsonl.gz', 'upvote_snapshots.csv.gz', 'submissions.csv.gz'],
  run: async (options) => {
    const root = await mkdtemp(join(tmpdir(), 'broadsheet-cold-prior-'));
    try {
      return await run(options, settings, root);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
});

/** As the model is shipped. */
export const coldPriorTask = coldPriorTaskWith({ ...trendingSettings, depth: 5 });

const TEST_SHARE = 0.2;
/** Of the days before the test: the last ones say when to stop, how far to trust words and columns, and how much words add. */
const VALIDATION_SHARE = 0.15;
/** A day of fewer papers is no choice. */
const LEAST_PAPERS = 5;
const DEPTH = 5;
const ALL_HEAD = periods.indexOf('all');

const lambdas = [0.3, 1, 3, 10, 30, 100, 300] as const;
/** How much the text's opinion counts beside the model's, both standardised within the day. */
const textWeights = [0, 0.1, 0.2, 0.4, 0.8] as const;

const run = async ({ data: folder, test, seeds, say }: TaskOptions, settings: LearnerSettings, root: string): Promise<TaskReport> => {
  const seed = seeds[0] ?? 1;
  const meter = new RunMeter('cold-prior', say);
  const known = await readHfPapers(folder);
  const later = test === null ? null : await readLaterPapers(test, known);
  const data = later === null ? known : later.joined;
  const parts = split(coldDays(data), later === null ? null : later.ids);
  if (parts.train.length === 0 || parts.judge.length === 0)
    throw new RangeError(`there are too few days: ${parts.train.length} to learn from, ${parts.judge.length} to judge`);
  meter.say(`${parts.train.length} days to learn from, ${parts.validation.length} to choose by, ${parts.judge.length} to judge`);

  const chosen = (fit: Fitting): { readonly lambda: number; readonly trial: Prior; readonly prior: Prior } => {
    const trials = lambdas.map((lambda) => ({ lambda, trial: fit(parts.train, lambda) }));
    const best = bestOf(trials, ({ trial }) => ndcgOf(parts.validation, trial, seed));
    return { ...best, prior: fit([...parts.train, ...parts.validation], best.lambda) };
  };
  const text = chosen(textPrior);
  meter.say(`text alone: lambda ${text.lambda}`);
  const history = chosen(columnPrior(['organization_record', 'submitter_record', 'has_organization']));
  const withCode = chosen(columnPrior(['organization_record', 'submitter_record', 'has_organization', 'has_code']));

  const from = parts.judge[0]!.day;
  const stopped = learnTrending(
    sampleOf(data, parts.train, parts.validation[0]?.day ?? from, seed),
    listsOnly(parts.validation),
    settings,
    seed,
    meter,
  );
  const learned = learnTrending(
    sampleOf(data, [...parts.train, ...parts.validation], from, seed),
    null,
    { ...settings, lastEpoch: stopped.epochs },
    seed + 1,
    meter,
  );
  const scorer = await openRunScorer('trending', learned.graph, { root, data: basename(folder), seed });
  try {
    const stoppedPrior: Prior = ({ rows }) => stopped.score(rows).filter((_, at) => at % periods.length === ALL_HEAD);
    const weight = bestOf(
      textWeights.map((each) => ({ each })),
      ({ each }) => ndcgOf(parts.validation, blended(stoppedPrior, text.trial, each), seed),
    ).each;
    const chance = seededRandom(seed);
    const lists: JudgedList[] = [];
    for (const day of parts.judge) {
      const scores = await scorer.score(day.rows, day.papers.length);
      const ours = Float64Array.from(day.papers, (_, row) => scores[row * periods.length + ALL_HEAD]!);
      lists.push(
        listOf(
          day,
          new Map([
            [systemNames.ours, ours],
            [systemNames.oursAndText, blended(() => ours, text.prior, weight)(day)],
            [systemNames.text, text.prior(day)],
            [systemNames.history, history.prior(day)],
            [systemNames.historyAndCode, withCode.prior(day)],
            [systemNames.authors, Float64Array.from(day.papers, ({ paper }) => paper.authorCount ?? paper.authors.length)],
            [systemNames.listed, Float64Array.from(day.papers, (_, place) => -place)],
            [systemNames.newest, Float64Array.from(day.papers, ({ paper }) => Date.parse(paper.publishedAt))],
            [systemNames.chance, Float64Array.from(day.papers, () => chance())],
          ]),
        ),
      );
    }
    return coldPriorReport(new JudgedLists(lists, DEPTH, seed), {
      data: basename(folder),
      heldBack: test !== null,
      days: { train: parts.train.length, validation: parts.validation.length },
      from,
      to: parts.judge.at(-1)!.day,
      epochs: stopped.epochs,
      lambda: text.lambda,
      textWeight: weight,
      minutes: meter.minutes,
      megabytes: meter.peakMemoryMb,
    });
  } finally {
    await scorer.close();
  }
};

/** Days in order of time: to learn from, to choose by, to judge. Papers that may only be judged are learned from nowhere. */
const split = (days: readonly ColdDay[], heldBack: ReadonlySet<string> | null) => {
  const enough = days.filter(({ votes }) => votes.length >= LEAST_PAPERS && votes.some((each) => each > 0));
  const isJudged = ({ papers }: ColdDay): boolean => papers.some(({ paper }) => heldBack?.has(paper.id) === true);
  const from =
    heldBack === null ? (enough[Math.floor(enough.length * (1 - TEST_SHARE))]?.day ?? Infinity) : (enough.find(isJudged)?.day ?? Infinity);
  const before = enough.filter(({ day }) => day < from);
  const learnable = Math.floor(before.length * (1 - VALIDATION_SHARE));
  return {
    train: before.slice(0, learnable),
    validation: before.slice(learnable),
    judge: enough.filter((day) => day.day >= from && (heldBack === null || isJudged(day))),
  };
};

/** What a trending model learns from on these days: their papers' votes as they were read before `until`, and which of each day's papers ended with most. */
const sampleOf = (data: HfPapers, days: readonly ColdDay[], until: number, seed: number): TrendingSample => {
  const papers = new Set(days.flatMap((day) => day.papers));
  const before = { ...data, readings: data.readings.filter(({ at }) => at < until) };
  const rows = trendingRows(before, 1, seededRandom(seed + 2)).filter(({ paper }) => papers.has(paper));
  return trendingSample(rows, days);
};

const listsOnly = (days: readonly ColdDay[]): TrendingSample => trendingSample([], days);

const ndcgOf = (days: readonly ColdDay[], prior: Prior, seed: number): number =>
  new JudgedLists(
    days.map((day) => listOf(day, new Map([['prior', prior(day)]]))),
    DEPTH,
    seed,
  ).meanOf('prior');

const listOf = (day: ColdDay, scores: JudgedList['scores']): JudgedList => ({
  day: String(day.day),
  groups: [day.papers.length < 20 ? 'days of fewer than 20 papers' : 'days of 20 papers or more'],
  ids: day.papers.map(({ paper }) => paper.id),
  gains: day.votes,
  scores,
});

const blended =
  (first: Prior, second: Prior, weight: number): Prior =>
  (day) => {
    const other = standardised(second(day));
    return standardised(first(day)).map((value, row) => value + weight * other[row]!);
  };

const standardised = (scores: Float64Array): Float64Array => {
  const middle = mean([...scores]);
  const deviation = Math.sqrt(mean(Array.from(scores, (score) => (score - middle) ** 2)));
  return scores.map((score) => (deviation > 0 ? (score - middle) / deviation : 0));
};

const bestOf = <T>(choices: readonly T[], figure: (choice: T) => number): T => {
  const figures = choices.map(figure);
  return choices[figures.indexOf(Math.max(...figures))]!;
};
