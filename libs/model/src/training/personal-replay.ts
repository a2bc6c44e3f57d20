import { MAX_SLATE, interactionEventSchema, rankRequestSchema } from '#contracts';
import type { EpochMs, InteractionEvent, Paper } from '#contracts';
import { RankingState, createRankPipeline, defaultRankingConfig, defaultStateConfig, personalFeatureNames } from '#ranking';
import type { PaperEncoder, Random, RankPipeline, RowScorer } from '#ranking';
import type { HfPapers, ListedPaper } from './hf-papers.js';
import { randomOf } from './random.js';
import { groupBy, readerDays } from './taste-cases.js';
import { VoteCurve } from './vote-curve.js';

const DAY = 86_400_000;

/** A list that a reader could have been shown, with what the reader chose of it. */
export interface PersonalList {
  readonly candidates: CandidateKind;
  readonly user: string;
  /** Midnight UTC of the day whose choice this is. */
  readonly day: EpochMs;
  readonly at: EpochMs;
  /** Papers the reader had chosen on earlier days. */
  readonly historySize: number;
  readonly paperIds: readonly string[];
  /** float32 [count, features], exactly as serving fills them at `at`. */
  readonly rows: Float32Array;
  readonly count: number;
  /** 1 where the reader chose the paper, else 0; [count]. */
  readonly gains: Float32Array;
}

/** When to ask for a list, and which papers it is made of: all that the sources propose, or those listed on the day. */
export interface Asking {
  /** Moments after the listing day began, ascending, in ms; the choice itself is folded right after the last. */
  delays(random: Random): readonly number[];
  readonly candidates: readonly CandidateKind[];
  /** Share of the papers whose votes are folded as readers', at times between the readings; the others show each reading when it was made. */
  readonly readersShare: number;
  /** Whether papers say who wrote them. Submitters put their own papers on the page; most readers did not write what they read. */
  readonly names: 'known' | 'unknown';
  /** Asks only of days from this one; default all. Days before are still played. */
  readonly since?: EpochMs;
  /** What is kept of a list; default all of it. */
  readonly keep?: (list: PersonalList) => PersonalList;
}

export type CandidateKind = 'sources' | 'day';

export interface ReplayParts {
  readonly encoder: PaperEncoder;
  readonly trending: RowScorer;
}

/** What happens at one moment of the replay. Folds of the same moment come before questions. */
interface Happening {
  readonly at: EpochMs;
  readonly order: 0 | 1 | 2;
  run(): void | Promise<void>;
}

/**
 * Plays the data set through the real fold and asks the real pipeline for each submitter's lists, point in time: papers are folded on
 * the day they were listed, votes when they were read, and a submission (as an upvote of the submitter) only after its lists were asked for.
 * Who put a paper on the page is never folded as a fact of the paper: it is the answer.
 *
 * Random draws are of a reader's day or of a paper, so that more submissions later change no list of before.
 */
export const replayLists = async (data: HfPapers, parts: ReplayParts, asking: Asking, seed: number): Promise<PersonalList[]> => {
  const state = RankingState.empty({ ...defaultStateConfig, dimensions: parts.encoder.dimensions, encoderVersion: parts.encoder.version });
  const pipeline = createRankPipeline({
    state,
    trending: parts.trending,
    personal: noOpinion,
    config: defaultRankingConfig,
    stopwatch: () => 0,
  });
  const lists: PersonalList[] = [];
  const papers = data.papers.map(withoutSubmitter);
  const anonymous = { ...data, papers: asking.names === 'known' ? papers : papers.map(withoutNames) };
  const submissions = submissionsOf(anonymous, state, pipeline, asking, seed, lists);
  const end = submissions.reduce((latest, { at }) => Math.max(latest, at), -Infinity);
  const happenings = [
    ...(await papersOf(anonymous, state, parts.encoder)),
    ...votesOf(anonymous, state, asking.readersShare, seed),
    ...submissions,
  ].filter(({ at }) => at <= end);
  happenings.sort((a, b) => a.at - b.at || a.order - b.order);
  for (const { run } of happenings) await run();
  return lists;
};

const withoutSubmitter = (listed: ListedPaper): ListedPaper => {
  const { submitter: _, ...paper } = listed.paper;
  return { ...listed, paper };
};

/** Nothing ties the paper to the people of another: no author, no organisation, and its code lies under an account of its own. */
const withoutNames = (listed: ListedPaper): ListedPaper => {
  const { organization: _, githubRepo, ...paper } = listed.paper;
  const code = githubRepo === undefined ? {} : { githubRepo: `https://github.com/of-${paper.id.replace(/[^A-Za-z0-9]/g, '-')}/code` };
  return { ...listed, paper: { ...paper, ...code, authors: [], authorCount: paper.authorCount ?? paper.authors.length } };
};

/** The rows of the personal model are what is wanted, so its answer does not matter. */
const noOpinion: RowScorer = {
  name: 'no-opinion',
  version: '0',
  features: personalFeatureNames,
  heads: 1,
  score: (_rows, count) => Promise.resolve(new Float32Array(count)),
};

const papersOf = async ({ papers }: HfPapers, state: RankingState, encoder: PaperEncoder): Promise<Happening[]> => {
  const vectors = await encoder.encode(papers.map(({ paper }) => paper));
  return papers.map(({ paper, listedAt }, index) => ({
    at: listedAt,
    order: 0,
    run: () => void state.foldPaper(paper, vectors[index] ?? null),
  }));
};

/** Of some papers the votes are our readers', one event each; of the others the source's, in a new record of the paper at each reading. */
const votesOf = (data: HfPapers, state: RankingState, readersShare: number, seed: number): Happening[] => {
  const readings = groupBy(data.readings, ({ paperId }) => paperId);
  return data.papers.flatMap((listed) => {
    const random = randomOf(seed, listed.paper.id);
    const curve = new VoteCurve(listed.listedAt, readings.get(listed.paper.id) ?? []);
    return random() < readersShare ? readersVotes(listed, curve, state, random) : sourceVotes(listed, curve, state);
  });
};

const readersVotes = ({ paper }: ListedPaper, curve: VoteCurve, state: RankingState, random: Random): Happening[] =>
  curve.voteTimesUntil(Infinity, random).map((at, index) => ({
    at,
    order: 0,
    run: () => void state.foldInteraction(upvote(`vote:${paper.id.replace(/[^A-Za-z0-9.]/g, '-')}:${index}`, paper.id, at, 'server')),
  }));

const sourceVotes = ({ paper }: ListedPaper, curve: VoteCurve, state: RankingState): Happening[] =>
  curve.readAt.map((at) => ({ at, order: 0, run: () => void recount(state, paper, curve.knownAt(at)) }));

const recount = (state: RankingState, paper: Paper, upvotes: number): void => {
  const number = state.parts.papers.find(paper.id);
  state.foldPaper({ ...paper, upvotes }, number === undefined ? null : state.parts.vectors.get(number));
};

/** A reader of one action for a vote, a reader of all their submissions for a submitter. */
const readerRef = (name: string): string =>
  `r_${name
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .padEnd(22, '_')
    .slice(-43)}`;

/**
 * A submitter's own choice has `client` trust: it builds their history but moves no count. Counted, it would tell which papers of a day have been
 * chosen by others already, and the one paper without a vote would be the answer. The readings hold these votes anyway.
 */
const upvote = (who: string, paperId: string, at: EpochMs, trust: 'server' | 'client'): InteractionEvent => {
  const time = new Date(Math.floor(at)).toISOString();
  const data = { action: 'upvote', target: { kind: 'paper', id: paperId }, on: true, readerRef: readerRef(who), trust };
  const envelope = {
    specversion: '1.0',
    id: `${who}:${paperId}`.replace(/[^A-Za-z0-9._:-]/g, '-').slice(-64),
    source: 'training',
    type: 'org.broadsheet.interaction.v1',
  };
  return interactionEventSchema.parse({ ...envelope, time, recordedtime: time, dataschema: 'urn:broadsheet:schema:interaction:1', data });
};

const submissionsOf = (
  data: HfPapers,
  state: RankingState,
  pipeline: RankPipeline,
  asking: Asking,
  seed: number,
  lists: PersonalList[],
): Happening[] => {
  const idOf = (place: number): string => data.papers[place]!.paper.id;
  return readerDays(data).flatMap(({ user, day, candidates, wanted, history }) => {
    const delays = asking.delays(randomOf(seed, `${user}:${day}`));
    const chosen = [...wanted].map(idOf);
    const question = { user, day, wanted: new Set(chosen), historySize: history.length, ofDay: candidates.map(idOf) };
    const chosenAt = day + (delays.at(-1) ?? DAY);
    const asked = delays.map((delay): Happening => ({
      at: day + delay,
      order: 1,
      run: () => ask(pipeline, day + delay, question, asking, lists),
    }));
    const choices = chosen.map((paperId): Happening => ({
      at: chosenAt,
      order: 2,
      run: () => void state.foldInteraction(upvote(user, paperId, chosenAt, 'client')),
    }));
    return [...(history.length === 0 || day < (asking.since ?? -Infinity) ? [] : asked), ...choices];
  });
};

interface Question {
  readonly user: string;
  readonly day: EpochMs;
  readonly wanted: ReadonlySet<string>;
  readonly historySize: number;
  readonly ofDay: readonly string[];
}

const ask = async (
  pipeline: RankPipeline,
  at: EpochMs,
  question: Question,
  { candidates, keep }: Asking,
  lists: PersonalList[],
): Promise<void> => {
  for (const kind of candidates) {
    const list = await askFor(pipeline, at, question, kind);
    if (list !== null) lists.push(keep?.(list) ?? list);
  }
};

const askFor = async (
  pipeline: RankPipeline,
  at: EpochMs,
  { user, day, wanted, historySize, ofDay }: Question,
  candidates: CandidateKind,
): Promise<PersonalList | null> => {
  const request = rankRequestSchema.parse({
    requestId: 'training',
    surface: 'for-you',
    readerRef: readerRef(user),
    limit: 1,
    budgetMs: 60_000,
    ...(candidates === 'day' ? { pinned: ofDay.slice(0, MAX_SLATE) } : {}),
  });
  const shown = await pipeline.inspect(request, { now: at, seed: 1, remainingMs: () => Infinity });
  if (shown.model.name !== noOpinion.name) return null; // Too little is known of the reader: serving would not ask this model either.
  const paperIds = shown.candidates.map(({ paperId }) => paperId);
  const gains = Float32Array.from(paperIds, (paperId) => (wanted.has(paperId) ? 1 : 0));
  if (!gains.includes(1) || !gains.includes(0)) return null;
  return { candidates, user, day, at, historySize, paperIds, rows: shown.rows, count: gains.length, gains };
};
