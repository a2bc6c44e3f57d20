/**
 * What spreading costs and brings: for-you of readers who put papers on the page, at the end of the days on which they did, with the selector off and on. Shipped models, real fold and pipeline, full lists of all
 * sources; wanted is what the reader put there that day. The shipped models have seen these days in training: the figures compare two selectors, not models.
 *
 *   npm run bench -- ranker-diversity --data DIR [--share 0.3]
 */
import { parseArgs } from 'node:util';
import { interactionEventSchema, rankRequestSchema, type EpochMs, type InteractionEvent, type RankAnswer } from '#contracts';
import { readerDays, readHfPapers, type ReaderDay } from '#model';
import {
  createRankPipeline,
  defaultRankingConfig,
  defaultStateConfig,
  mean,
  ndcg,
  pairedDifference,
  RankingState,
  type RankingConfig,
} from '#ranking';
import { shippedEncoder, shippedScorer } from './harness/shipped-models.js';
import { table } from './harness/table.js';

const { values: options } = parseArgs({ options: { data: { type: 'string' }, share: { type: 'string', default: '0.3' } } });
if (options.data === undefined) throw new Error('--data DIR is required: a folder in the layout of hf-papers, or its parent');

const DAY = 86_400_000;
const DEPTH = 20;
/** Readers with fewer earlier choices are hardly known. */
const MIN_HISTORY = 3;
const MAX_LOSS = 0.02;
/** Nothing is left to chance here, or both would be measured with noise. */
const calm: RankingConfig = { ...defaultRankingConfig, exploration: { firstSlot: 0, everySlots: 0 } };
const spreads: Readonly<Record<string, RankingConfig['spread']>> = {
  off: { ...calm.spread, perOrganization: Infinity, perAuthor: Infinity, topicPenalty: 0 },
  'caps only': { ...calm.spread, topicPenalty: 0 },
  'in force': calm.spread,
  'topics twice': { ...calm.spread, topicPenalty: 2 * calm.spread.topicPenalty },
};

interface Slate {
  readonly ndcg: number;
  readonly topics: number;
  readonly organizations: number;
  /** Mean cosine of content between all pairs. */
  readonly alike: number;
}

const data = await readHfPapers(options.data);
const encoder = await shippedEncoder();
const [trending, personal] = [await shippedScorer('trending'), await shippedScorer('personal')];
const vectors = await encoder.encode(data.papers.map(({ paper }) => paper));
const state = RankingState.empty({ ...defaultStateConfig, dimensions: encoder.dimensions });
const rankers = Object.entries(spreads).map(([name, spread]) => ({
  name,
  slates: [] as Slate[],
  pipeline: createRankPipeline({ state, trending, personal, config: { ...calm, spread }, stopwatch: () => 0 }),
}));

const refOf = (user: string): string => `r_${user.replace(/[^A-Za-z0-9_-]/g, '-').padEnd(22, '_')}`;

const upvote = (user: string, paperId: string, at: EpochMs): InteractionEvent => {
  const time = new Date(at).toISOString();
  return interactionEventSchema.parse({
    specversion: '1.0',
    id: `${user}:${paperId}`.replace(/[^A-Za-z0-9._:-]/g, '-').padEnd(8, '.'),
    source: 'bench',
    type: 'org.broadsheet.interaction.v1',
    time,
    recordedtime: time,
    dataschema: 'urn:broadsheet:schema:interaction:1',
    // Shapes the reader's own feed and moves no count, or the day's other choices would give this one away.
    data: { action: 'upvote', target: { kind: 'paper', id: paperId }, on: true, readerRef: refOf(user), trust: 'client' },
  });
};

const slateOf = ({ items }: RankAnswer, wanted: ReadonlySet<string>): Slate => {
  const papers = items.map(({ paperId }) => state.parts.papers.find(paperId)!);
  const facts = papers.flatMap((paper) => state.parts.papers.factsOf(paper) ?? []);
  const alike: number[] = [];
  papers.forEach((one, place) => {
    const vector = state.parts.vectors.get(one);
    for (const other of papers.slice(place + 1)) if (vector !== null) alike.push(state.parts.vectors.dot(other, vector));
  });
  return {
    ndcg: ndcg(
      items.map(({ paperId }) => paperId),
      new Map([...wanted].map((id) => [id, 1])),
      DEPTH,
    ),
    topics: new Set(facts.flatMap(({ topics }) => topics.map((topic) => state.parts.entities.canonicalOf(topic)))).size,
    organizations: new Set(facts.flatMap(({ organization }) => (organization < 0 ? [] : [state.parts.entities.canonicalOf(organization)])))
      .size,
    alike: mean(alike),
  };
};

const ask = async ({ user, day, wanted }: ReaderDay): Promise<void> => {
  const request = rankRequestSchema.parse({
    requestId: 'bench-diversity',
    surface: 'for-you',
    readerRef: refOf(user),
    limit: DEPTH,
    budgetMs: 60_000,
  });
  const ids = new Set([...wanted].map((place): string => data.papers[place]!.paper.id));
  for (const { pipeline, slates } of rankers) {
    const { answer } = await pipeline.rank(request, { now: day + DAY - 1, seed: 1, remainingMs: () => Infinity });
    slates.push(slateOf(answer, ids));
  }
};

const days = readerDays(data);
const first = days[Math.floor(days.length * (1 - Number(options.share)))]?.day ?? 0;
let next = 0;
/** Papers of all days up to one. Who put them on the page is the question. */
const foldUpTo = (day: EpochMs): void => {
  for (; next < data.papers.length && data.papers[next]!.listedAt <= day; next++) {
    const { submitter: _, ...paper } = data.papers[next]!.paper;
    state.foldPaper(paper, vectors[next] ?? null);
  }
};

for (const question of days) {
  foldUpTo(question.day);
  if (question.day >= first && question.history.length >= MIN_HISTORY) await ask(question);
  for (const place of question.wanted) state.foldInteraction(upvote(question.user, data.papers[place]!.paper.id, question.day + DAY - 1));
}

const [off] = rankers;
const rows = rankers.map(({ name, slates }) => {
  const [was, is] = [mean(off!.slates.map((slate) => slate.ndcg)), mean(slates.map((slate) => slate.ndcg))];
  const { low, high } = pairedDifference(
    slates.map((slate) => slate.ndcg),
    off!.slates.map((slate) => slate.ndcg),
    { seed: 1 },
  );
  return {
    name,
    lost: was === 0 ? 0 : 1 - is / was,
    cells: [
      name,
      mean(slates.map(({ topics }) => topics)).toFixed(1),
      mean(slates.map(({ organizations }) => organizations)).toFixed(2),
      mean(slates.map(({ alike }) => alike)).toFixed(3),
      is.toFixed(4),
      `${(100 * (1 - is / was)).toFixed(2)} %`,
      `${low.toFixed(4)} to ${high.toFixed(4)}`,
    ],
  };
});
console.log(`${off!.slates.length} feeds of ${DEPTH} from ${new Date(first).toISOString().slice(0, 10)} on\n`);
console.log(
  table(
    ['spread', 'topics', 'organisations', 'content cosine', `NDCG@${DEPTH}`, 'lost', 'difference, 95 %'],
    rows.map(({ cells }) => cells),
  ),
);
const inForce = rows.find(({ name }) => name === 'in force')!;
console.log(`\npromised: at most ${100 * MAX_LOSS} % lost; ${inForce.lost <= MAX_LOSS ? 'kept' : 'NOT kept'}`);
if (inForce.lost > MAX_LOSS) process.exitCode = 1;
await Promise.all([encoder.close(), trending.close(), personal.close()]);
