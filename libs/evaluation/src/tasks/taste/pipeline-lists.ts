import { encoderSettings, fitEncoder, openRunEncoder, replayLists } from '#model';
import type { Asking, HfPapers, PersonalList, RunMeter } from '#model';
import { periods } from '#contracts';
import { trendingFeatureNames } from '#ranking';
import type { RowScorer } from '#ranking';
import type { QuestionScores } from './likeness.js';
import type { TasteQuestion } from './cases.js';

/** Where this run keeps its models, and what it draws from. */
export interface TasteRun {
  /** A temporary folder. */
  readonly root: string;
  /** Name of the data set, for manifests. */
  readonly data: string;
  readonly seed: number;
  readonly meter: RunMeter;
}

/** What the pipeline shows of every reader's day with some history, and the content vectors it went by. */
export interface PipelineLists {
  /** In order of their days. */
  readonly lists: readonly PersonalList[];
  /** The same days when papers do not say who wrote them. */
  readonly nameless: readonly PersonalList[];
  /** Of each paper. */
  readonly vectors: readonly Float32Array[];
}

/** At the moment the day's papers are listed: no vote for them is known yet. */
const atTheListing: Asking = { candidates: ['day'], delays: () => [0], readersShare: 0, names: 'known' };

/** A paper just listed has no votes to judge by, and a model of votes would have to be trained anew for every day to know nothing later: it is left out. */
const noVotesYet: RowScorer = {
  name: 'no-votes-yet',
  version: '1',
  features: trendingFeatureNames,
  heads: periods.length,
  score: (_rows, count) => Promise.resolve(new Float32Array(count * periods.length)),
};

/** Fewest papers that an encoder can be fitted on. */
const MIN_PAPERS = 500;

/** Plays the data through the real fold and pipeline. The encoder is fitted on what was listed before the first judged day. */
export const pipelineLists = async (data: HfPapers, questions: readonly TasteQuestion[], run: TasteRun): Promise<PipelineLists> => {
  const first = Math.min(...questions.map(({ day }) => day));
  const before = data.papers.filter(({ listedAt }) => listedAt < first);
  const papers = before.length >= MIN_PAPERS ? before : data.papers.slice(0, MIN_PAPERS);
  const texts = papers.map(({ paper }) => paper);
  const encoder = await openRunEncoder(await fitEncoder(texts, encoderSettings, run.seed, run.meter), run);
  try {
    run.meter.say(`encoder fitted on ${papers.length} papers`);
    const parts = { encoder, trending: noVotesYet };
    return {
      lists: inOrder(await replayLists(data, parts, atTheListing, run.seed)),
      nameless: inOrder(await replayLists(data, parts, { ...atTheListing, names: 'unknown' }, run.seed)),
      vectors: await encoder.encode(data.papers.map(({ paper }) => paper)),
    };
  } finally {
    await encoder.close();
  }
};

const inOrder = (lists: PersonalList[]): PersonalList[] => lists.sort((a, b) => a.day - b.day || (a.user < b.user ? -1 : 1));

/** Scores of a question's candidates from those of its list. A candidate that the pipeline did not show is last. */
export const fromLists = (
  lists: readonly PersonalList[],
  scoresOf: (list: PersonalList, place: number) => ArrayLike<number>,
): QuestionScores => {
  const places = new Map(lists.map((list, place) => [`${list.user} ${list.day}`, place]));
  return ({ user, day, paperIds }) => {
    const place = places.get(`${user} ${day}`) ?? -1;
    const list = lists[place];
    if (list === undefined) return paperIds.map(() => 0);
    const scores = scoresOf(list, place);
    const rows = new Map(list.paperIds.map((paperId, row) => [paperId, row]));
    return paperIds.map((paperId) => scores[rows.get(paperId) ?? -1] ?? -Infinity);
  };
};
