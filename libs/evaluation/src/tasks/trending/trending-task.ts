import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { periods } from '#contracts';
import type { EpochMs } from '#contracts';
import { RunMeter, learnTrending, learnerSettings, openRunScorer } from '#model';
import type { LearnerSettings, TrendingSample } from '#model';
import { trendingFeatureNames } from '#ranking';
import { OBSERVATIONS_FILE, STORIES_FILE, readFrontPage, spanOf } from '../../data/front-page.js';
import type { FrontPage } from '../../data/front-page.js';
import { JudgedLists } from '../../judged-lists.js';
import type { JudgedList } from '../../judged-lists.js';
import type { EvaluationTask, TaskOptions, TaskReport } from '../../task.js';
import { DatedStory } from './dated-story.js';
import { exponents, formulas, gravity } from './formulas.js';
import { DAY, HOUR, StoryShelf, momentsBetween, rowsOf } from './story-moments.js';
import type { StoryMoment } from './story-moments.js';
import { OURS, bestGravityName, trendingReport } from './trending-report.js';

export const trendingTaskWith = (settings: LearnerSettings): EvaluationTask => ({
  name: 'trending',
  summary: 'Every 6 h: which stories of a front page gain most votes in the next 24 h?',
  needs: [OBSERVATIONS_FILE, STORIES_FILE],
  run: async (options) => {
    const root = await mkdtemp(join(tmpdir(), 'broadsheet-trending-'));
    try {
      return await run(options, settings, root);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
});

/** The list is asked for this often, and learned from as often. */
const EVERY = 6 * HOUR;
const TEST_SHARE = 0.25;
/** Of the days before the test, the last ones say when to stop and which exponent of gravity is best. */
const VALIDATION_SHARE = 0.15;
const DAY_HEAD = periods.indexOf('day');

/**
 * Chosen on the validation days of hn-frontpage. All candidates of a moment stand in one list, so that only their order is learned: with the deviance of the votes beside it the order
 * at the top came out 0.005 worse.
 */
export const trendingTask = trendingTaskWith({ ...learnerSettings, members: 3, epochs: 14, deviance: 0 });

const run = async ({ data: folder, test, seeds, say }: TaskOptions, settings: LearnerSettings, root: string): Promise<TaskReport> => {
  const seed = seeds[0] ?? 1;
  const meter = new RunMeter('trending', say);
  const page = await readFrontPage(folder, test);
  const spans = spansOf(page, test === null ? null : await spanOf(test));
  meter.say(
    `${page.stories.length} stories; judged from ${new Date(spans.judge.from).toISOString()} to ${new Date(spans.judge.to).toISOString()}`,
  );

  const shelf = new StoryShelf(page.stories.map((story) => new DatedStory(story)));
  const learnable = momentsBetween(spans.train.from, spans.validation.to, EVERY).map((moment) => lessonOf(shelf.at(moment)));
  const judged = momentsIn(shelf, spans.judge);
  const lessons = {
    train: learnable.filter(({ at }) => at <= spans.train.to),
    validation: learnable.filter(({ at }) => at >= spans.validation.from),
  };
  if (lessons.train.length === 0 || judged.length === 0)
    throw new RangeError(`the observations are too few: ${lessons.train.length} moments to learn from, ${judged.length} to judge`);
  meter.say(`${lessons.train.length} moments to learn from, ${lessons.validation.length} to stop by, ${judged.length} to judge`);
  const exponent = bestExponent(momentsIn(shelf, spans.validation), seed);

  const stopped = learnTrending(sampleOf(lessons.train), sampleOf(lessons.validation), settings, seed, meter);
  // The days that said when to stop are the newest: they are learned from too before the judging begins.
  const whole = sampleOf(learnable);
  const learned = learnTrending(whole, null, { ...settings, lastEpoch: stopped.epochs }, seed + 1, meter);
  const scorer = await openRunScorer('trending', learned.graph, { root, data: basename(folder), seed });
  try {
    const all = { ...formulas, [bestGravityName(exponent)]: gravity(exponent) };
    const lists: JudgedList[] = [];
    for (const moment of judged) {
      const scores = await scorer.score(rowsOf(moment), moment.candidates.length);
      const ours = moment.candidates.map((_, row) => scores[row * periods.length + DAY_HEAD]!);
      lists.push(
        judgedList(moment, new Map([[OURS, ours], ...Object.entries(all).map(([name, f]) => [name, moment.candidates.map(f)] as const)])),
      );
    }
    const facts = {
      data: basename(folder),
      heldBack: test !== null,
      exponent,
      epochs: stopped.epochs,
      spans,
      learned: whole,
      minutes: meter.minutes,
      megabytes: meter.peakMemoryMb,
    };
    return trendingReport(new JudgedLists(lists, 10, seed), Object.keys(all), facts);
  } finally {
    await scorer.close();
  }
};

interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/**
 * Moments to learn from, to stop by and to judge. What comes of a moment is read for a day after it: so each part ends a day before the next begins, and the first
 * moments, which know less than a day, are left out.
 */
export const spansOf = (
  { from, to }: Pick<FrontPage, 'from' | 'to'>,
  held: Span | null,
): Readonly<Record<'train' | 'validation' | 'judge', Span>> => {
  const begin = from + DAY;
  const judge = held === null ? { from: startOfDay(to - TEST_SHARE * (to - begin)), to: to - DAY } : { from: held.from, to: held.to - DAY };
  const validation = { from: startOfDay(judge.from - VALIDATION_SHARE * (judge.from - begin)), to: judge.from - DAY };
  return { train: { from: begin, to: validation.from - DAY }, validation, judge };
};

const startOfDay = (time: EpochMs): EpochMs => Math.floor(time / DAY) * DAY;

const momentsIn = (shelf: StoryShelf, { from, to }: Span): StoryMoment[] =>
  momentsBetween(from, to, EVERY)
    .map((moment) => shelf.at(moment))
    .filter(({ candidates }) => candidates.length > 1);

/** A moment as the model learns from it, without what only formulas read. */
interface Lesson {
  readonly at: EpochMs;
  readonly rows: Float32Array;
  readonly gains: Float32Array;
}

const lessonOf = (moment: StoryMoment): Lesson => ({ at: moment.at, rows: rowsOf(moment), gains: moment.gains });

const dayGains = (gains: Float32Array): Float32Array => gains.filter((_, at) => at % periods.length === DAY_HEAD);

const sampleOf = (lessons: readonly Lesson[]): TrendingSample => {
  const rows = new Float32Array(lessons.reduce((sum, lesson) => sum + lesson.rows.length, 0));
  const gains = new Float32Array((rows.length / trendingFeatureNames.length) * periods.length);
  let at = 0;
  const lists = lessons.map((lesson) => {
    const first = at;
    rows.set(lesson.rows, first * trendingFeatureNames.length);
    gains.set(lesson.gains, first * periods.length);
    at += lesson.gains.length / periods.length;
    return { rows: Int32Array.from({ length: at - first }, (_, i) => first + i), head: DAY_HEAD, gains: dayGains(lesson.gains) };
  });
  return { rows, gains, lists: lists.filter((list) => list.gains.some((gain) => gain > 0)) };
};

const bestExponent = (moments: readonly StoryMoment[], seed: number): number => {
  const lists = moments.map((moment) =>
    judgedList(moment, new Map(exponents.map((each) => [String(each), moment.candidates.map(gravity(each))]))),
  );
  const figures = new JudgedLists(lists, 10, seed);
  return exponents.reduce((best, each) => (figures.meanOf(String(each)) > figures.meanOf(String(best)) ? each : best), 1.8);
};

const judgedList = (moment: StoryMoment, scores: JudgedList['scores']): JudgedList => {
  const time = new Date(moment.at);
  const weekend = [0, 6].includes(time.getUTCDay());
  return {
    day: time.toISOString().slice(0, 10),
    groups: [`${time.toISOString().slice(11, 13)}:00 UTC`, weekend ? 'weekend' : 'working days'],
    ids: moment.candidates.map(({ id }) => id),
    gains: dayGains(moment.gains),
    scores,
  };
};
