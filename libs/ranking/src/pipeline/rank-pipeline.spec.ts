import fc from 'fast-check';
import {
  feedServedDataSchema,
  rankAnswerSchema,
  rankRequestSchema,
  type InteractionEvent,
  type Paper,
  type RankAnswer,
  type RankRequest,
} from '#contracts';
import { event, NOON, paper, readerRef, vectorAlong, type InventedEvent } from '../../fixtures/invented.js';
import { personalFeatureNames } from '../features/personal-features.js';
import { trendingFeatureNames } from '../features/trending-features.js';
import type { RowScorer } from '../ports.js';
import { RankingState } from '../state/ranking-state.js';
import { defaultStateConfig, type StateConfig } from '../state/state-config.js';
import { createRankPipeline, type RankPipeline } from './rank-pipeline.js';
import { defaultRankingConfig, type RankingConfig } from './ranking-config.js';
import type { RankMoment, RankOutcome } from './rank-outcome.js';

const DIMENSIONS = 8;
const stateConfig: StateConfig = { ...defaultStateConfig, dimensions: DIMENSIONS };

/** A plain function in the place of a model: weights by feature name, each head a little different. */
const linear = (name: string, features: readonly string[], heads: number, weights: Readonly<Record<string, number>>): RowScorer => ({
  name,
  version: '1',
  features,
  heads,
  score: (rows, count) =>
    Promise.resolve(
      Float32Array.from({ length: count * heads }, (_, at) => {
        const row = Math.floor(at / heads);
        const sum = features.reduce((total, feature, column) => total + (weights[feature] ?? 0) * rows[row * features.length + column]!, 0);
        return Math.tanh(sum / 10) * (1 + (at % heads));
      }),
    ),
});

const trending = linear('trending', trendingFeatureNames, 4, { upvotes_1h: 4, upvotes_24h: 2, source_upvotes: 0.3, log_age_hours: -0.2 });
const personal = linear('personal', personalFeatureNames, 1, {
  taste_similarity: 6,
  top3_similarity: 4,
  rank_co_read: 3,
  followed_topic: 3,
  trending_score: 1,
  hidden_similarity: -6,
  exposures: -1,
});

const TOPICS = ['vision', 'language', 'robots', 'graphs'];
/** Twenty-four papers in four subjects; the content vector goes by subject. */
const library: readonly Paper[] = Array.from({ length: 24 }, (_, i) =>
  paper({
    id: `2603.${String(i).padStart(5, '0')}`,
    title: `Paper ${i} about ${TOPICS[i % 4]!}`,
    cites: i % 5 === 0 ? [`2603.${String((i + 7) % 24).padStart(5, '0')}`, `10.1/alias-${(i + 2) % 24}`] : [],
    aliases: [`10.1/alias-${i}`],
    abstract: 'We study things.',
    topics: [TOPICS[i % 4]!],
    authors: [`Author ${i % 7}`],
    organization: i % 3 === 0 ? { name: `Lab ${i % 5}` } : undefined,
    publishedAt: `2026-03-0${1 + (i % 9)}`,
    upvotes: i % 6,
  }),
);
const idOf = (i: number): string => library[i]!.id;

const stateOf = (events: readonly InteractionEvent[], papers = library): RankingState => {
  const state = RankingState.empty(stateConfig);
  for (const each of papers)
    state.foldPaper(each, vectorAlong(2 * TOPICS.indexOf(each.topics[0] ?? ''), DIMENSIONS, 0.05 + Number(each.id.slice(-2)) / 40));
  for (const each of events) state.foldInteraction(each);
  return state;
};

const pipelineOf = (state: RankingState, replaced: { trending?: RowScorer; personal?: RowScorer } = {}): RankPipeline =>
  createRankPipeline({ state, trending, personal, config: defaultRankingConfig, stopwatch: () => 0, ...replaced });

const requestOf = (
  fields: Partial<Omit<RankRequest, 'exclude' | 'pinned' | 'readerRef' | 'paperId'>> & {
    exclude?: string[];
    pinned?: string[];
    reader?: string;
    paperId?: string;
  },
): RankRequest => {
  const { reader, ...rest } = fields;
  return rankRequestSchema.parse({
    requestId: 'request-1',
    surface: 'for-you',
    limit: 10,
    budgetMs: 200,
    ...(reader === undefined ? {} : { readerRef: readerRef(reader) }),
    ...rest,
  });
};

const calm: RankMoment = { now: NOON + 3_600_000, seed: 7, remainingMs: () => 200 };

const rank = (state: RankingState, fields: Parameters<typeof requestOf>[0], moment = calm, replaced = {}): Promise<RankOutcome> =>
  pipelineOf(state, replaced).rank(requestOf(fields), moment);

const ids = ({ items }: RankAnswer): string[] => items.map(({ paperId }) => paperId);

/** Ada saves vision, Bo saves robots; three others save two vision papers together. */
const habits = [
  ...[0, 4, 8].map((i) => event({ reader: 'ada', action: 'save', target: idOf(i), hours: -i })),
  ...[2, 6, 10].map((i) => event({ reader: 'bo', action: 'save', target: idOf(i), hours: -i })),
  ...['cy', 'dee', 'eve'].flatMap((reader) => [0, 16].map((i) => event({ reader, action: 'upvote', target: idOf(i), hours: -2 }))),
];

describe('trending', () => {
  it('lists every paper of a fresh system, though nobody voted', async () => {
    const { answer } = await rank(stateOf([]), { surface: 'trending', limit: 50 });
    expect(answer.items).toHaveLength(library.length);
    expect(answer.items.every(({ reasons }) => reasons.length > 0)).toBe(true);
    expect(answer.model).toEqual({ name: 'trending', version: '1' });
  });

  it('shows a vote in the very next answer, and its undoing in the one after', async () => {
    const state = stateOf([]);
    const pipeline = pipelineOf(state);
    const top = async (): Promise<string> => ids((await pipeline.rank(requestOf({ surface: 'trending' }), calm)).answer)[0]!;
    const before = await top();
    const chosen = library.find(({ id, upvotes }) => id !== before && upvotes === 0)!.id;
    state.foldInteraction(event({ reader: 'ada', action: 'upvote', target: chosen, hours: 0.9 }));
    expect(await top()).toBe(chosen);
    state.foldInteraction(event({ reader: 'ada', action: 'upvote', target: chosen, hours: 0.95, on: false }));
    expect(await top()).toBe(before);
  });

  it('says what rises, and counts our votes beside the source’s', async () => {
    const { answer } = await rank(stateOf(['ada', 'bo'].map((reader) => event({ reader, action: 'upvote', target: idOf(5) }))), {
      surface: 'trending',
    });
    expect(answer.items[0]).toMatchObject({ paperId: idOf(5), upvotes: 2 + library[5]!.upvotes });
    expect(answer.items[0]!.reasons[0]).toEqual({ kind: 'rising', text: 'rising: 2 votes in the last 3 hours' });
  });

  it('asks the head of the period', async () => {
    const scores = await Promise.all(
      (['day', 'all'] as const).map(
        async (period) => (await rank(stateOf(habits), { surface: 'trending', period })).answer.items[0]!.score,
      ),
    );
    expect(scores[1]! / scores[0]!).toBeCloseTo(4, 3);
  });

  it('keeps to a topic and an organisation, however they are spelled', async () => {
    const state = stateOf(habits);
    const byTopic = await rank(state, { surface: 'trending', topic: 'VISION', limit: 50 });
    expect(ids(byTopic.answer).toSorted()).toEqual([0, 4, 8, 12, 16, 20].map(idOf));
    const both = await rank(state, { surface: 'trending', topic: 'vision', org: 'lab 0', limit: 50 });
    expect(ids(both.answer)).toEqual([idOf(0)]);
    expect(ids((await rank(state, { surface: 'trending', topic: 'astrology' })).answer)).toEqual([]);
  });
});

describe('for-you', () => {
  it('differs between two readers with different histories, and says why for every item', async () => {
    const state = stateOf(habits);
    const [ada, bo] = await Promise.all(['ada', 'bo'].map(async (reader) => (await rank(state, { reader, explain: true })).answer));
    expect(ids(ada!)).not.toEqual(ids(bo!));
    const topicOf = (id: string): string => library.find((each) => each.id === id)!.topics[0]!;
    expect(topicOf(ada!.items[0]!.paperId)).toBe('vision');
    expect(topicOf(bo!.items[0]!.paperId)).toBe('robots');
    for (const { reasons } of [...ada!.items, ...bo!.items]) expect(reasons.length).toBeGreaterThan(0);
    expect(ada!.items[0]!.reasons.map(({ text }) => text).join('; ')).toMatch(/because you saved “Paper \d+ about vision”/);
  });

  it('brings what is read together, though the content is no nearer', async () => {
    const { answer } = await rank(stateOf(habits), { reader: 'ada', limit: 24 });
    const found = answer.items.find(({ paperId }) => paperId === idOf(16))!;
    expect(found.sources).toContain('co-read');
    expect(found.reasons.find(({ kind }) => kind === 'co-read')).toMatchObject({ paperId: idOf(0) });
  });

  it('tells a reader without history that it is learning', async () => {
    const { answer } = await rank(stateOf(habits), { reader: 'newcomer' });
    expect(answer.items).toHaveLength(10);
    expect(answer.items.every(({ reasons }) => reasons.some(({ kind }) => kind === 'starting' || kind === 'explore'))).toBe(true);
    expect(answer.model.name).toBe('trending');
    expect(answer.degraded).toEqual([]);
  });

  it('says whom a reader follows', async () => {
    const state = stateOf([...habits, event({ reader: 'ada', action: 'follow', target: 'topic:Graphs' })]);
    const { answer } = await rank(state, { reader: 'ada', limit: 24 });
    const graphs = answer.items.filter(({ sources }) => sources.includes('followed'));
    expect(graphs.length).toBeGreaterThan(0);
    expect(graphs.every(({ reasons }) => reasons.some(({ text }) => text === 'you follow graphs'))).toBe(true);
  });

  it.each([
    { why: 'hid', acts: [{ action: 'hide', target: idOf(12) }], gone: [12], counted: 'hidden' },
    { why: 'opened', acts: [{ action: 'open', target: idOf(12) }], gone: [12], counted: 'already-read' },
    { why: 'muted the author of', acts: [{ action: 'mute', target: 'author:author 3' }], gone: [3, 10, 17], counted: 'muted' },
    { why: 'muted the organisation of', acts: [{ action: 'mute', target: 'org:LAB 2' }], gone: [12], counted: 'muted' },
  ])('leaves out what the reader $why', async ({ acts, gone, counted }) => {
    const state = stateOf([...habits, ...acts.map((act) => event({ reader: 'ada', ...act, hours: 0.5 }))]);
    const { answer } = await rank(state, { reader: 'ada', limit: 24 });
    for (const i of gone) expect(ids(answer)).not.toContain(idOf(i));
    expect(answer.counts.dropped[counted]).toBeGreaterThan(0);
    const other = await rank(state, { reader: 'bo', limit: 24 });
    for (const i of gone.filter((each) => each !== 10)) expect(ids(other.answer)).toContain(idOf(i));
  });

  it('shows again what is no longer hidden', async () => {
    const hide = { reader: 'ada', action: 'hide', target: idOf(12) };
    const { answer } = await rank(stateOf([...habits, event({ ...hide, hours: 0.1 }), event({ ...hide, hours: 0.2, on: false })]), {
      reader: 'ada',
      limit: 24,
    });
    expect(ids(answer)).toContain(idOf(12));
  });

  it('computes features of the state that its positions name, whatever is folded while a model runs', async () => {
    const state = stateOf([...habits, ...library.map(({ id }) => event({ reader: 'ada', action: 'impression', target: id, hours: 0.5 }))]);
    const calmly = (await rank(state, { reader: 'ada', explain: true })).served.slots;
    expect(calmly.some(({ features }) => features?.[personalFeatureNames.indexOf('exposures')] !== 0)).toBe(true);
    const folding: RowScorer = {
      ...trending,
      score: async (rows, count) => {
        // A paper that was read counts no exposures any more.
        for (const { id } of library) state.foldInteraction(event({ reader: 'ada', action: 'open', target: id, hours: 0.9 }));
        return trending.score(rows, count);
      },
    };
    expect((await rank(state, { reader: 'ada', explain: true }, calm, { trending: folding })).served.slots).toEqual(calmly);
  });

  it('draws some slots by chance, with the chance written down, and the same for the same seed', async () => {
    const state = stateOf(habits);
    const one = await rank(state, { reader: 'ada' });
    const drawn = one.answer.items.map(({ propensity }, slot) => ({ propensity, slot })).filter(({ propensity }) => propensity < 1);
    expect(drawn.map(({ slot }) => slot)).toEqual([6]);
    expect(1 / drawn[0]!.propensity).toBeCloseTo(Math.round(1 / drawn[0]!.propensity), 9);
    expect(one.answer.items[6]).toMatchObject({ source: 'exploration' });
    expect(one.answer.items[6]!.reasons[0]!.kind).toBe('explore');
    expect((await rank(state, { reader: 'ada' })).answer).toEqual(one.answer);
    const others = await Promise.all(
      [1, 2, 3, 4, 5].map(async (seed) => ids((await rank(state, { reader: 'ada' }, { ...calm, seed })).answer)[6]),
    );
    expect(new Set(others).size).toBeGreaterThan(1);
  });
});

describe('half-lives', () => {
  const rankBy = async (config: Partial<RankingConfig>, state: RankingState, fields: Parameters<typeof requestOf>[0]) => {
    const deps = { state, trending, personal, stopwatch: () => 0 };
    return createRankPipeline({ ...deps, config: { ...defaultRankingConfig, ...config } }).rank(requestOf(fields), calm);
  };

  it('of taste: what was saved long ago weighs under a long one, and next to nothing under a short one', async () => {
    const once = [0, 4, 8].map((i) => event({ reader: 'ada', action: 'save', target: idOf(i), hours: -20 * 24 }));
    const lately = event({ reader: 'ada', action: 'open', target: idOf(2), hours: -1 });
    const state = stateOf([...once, lately]);
    const similarityTo = async (paper: number, tasteHalfLifeHours: number): Promise<number> => {
      const { answer } = await rankBy({ tasteHalfLifeHours }, state, { reader: 'ada', limit: 24, explain: true });
      return answer.items.find(({ paperId }) => paperId === idOf(paper))!.features!['taste_similarity']!;
    };
    const [vision, robots] = [12, 14];
    expect(await similarityTo(vision, 5000)).toBeGreaterThan(await similarityTo(robots, 5000));
    expect(await similarityTo(robots, 24)).toBeGreaterThan(await similarityTo(vision, 24));
  });

  it('of trending: many votes of yesterday or a few of this hour', async () => {
    const votes = (paper: number, count: number, hours: number) =>
      Array.from({ length: count }, (_, n) => event({ reader: `voter-${n}`, action: 'upvote', target: idOf(paper), hours }));
    const state = stateOf(
      [...votes(0, 6, -23), ...votes(1, 2, 0.5)],
      library.map((each) => ({ ...each, upvotes: 0 })),
    );
    const top = async (trendingHalfLifeHours: number) => (await rankBy({ trendingHalfLifeHours }, state, { surface: 'trending' })).answer;
    expect(ids(await top(48)).slice(0, 2)).toEqual([idOf(0), idOf(1)]);
    const short = await top(2);
    expect(ids(short).slice(0, 2)).toEqual([idOf(1), idOf(0)]);
    expect(short.model).toEqual({ name: 'decayed-votes', version: '2h' });
    // Two votes of half an hour ago, in the bucket that began there.
    expect(short.items[0]!.score).toBeCloseTo(2 * 2 ** (-0.5 / 2), 5);
    expect((await top(0)).model.name).toBe('trending');
  });

  it('are part of the hash that is logged with every answer', async () => {
    const hashes = await Promise.all(
      [{}, { tasteHalfLifeHours: 24 }, { trendingHalfLifeHours: 6 }].map(
        async (config) => (await rankBy(config, stateOf(habits), { reader: 'ada' })).served.configHash,
      ),
    );
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('latest, similar and search', () => {
  it('lists the newest first, ties by id', async () => {
    const { answer } = await rank(stateOf([]), { surface: 'latest', limit: 24 });
    const byDay = library.toSorted((a, b) =>
      a.publishedAt === b.publishedAt ? (a.id < b.id ? -1 : 1) : a.publishedAt < b.publishedAt ? 1 : -1,
    );
    expect(ids(answer)).toEqual(byDay.map(({ id }) => id));
  });

  it('finds papers like one paper, without itself', async () => {
    const { answer } = await rank(stateOf(habits), { surface: 'similar', paperId: idOf(0), limit: 5 });
    expect(ids(answer).toSorted()).toEqual([4, 8, 12, 16, 20].map(idOf));
    expect(answer.items[0]!.reasons[0]).toMatchObject({ kind: 'similar', paperId: idOf(0) });
    expect((await rank(stateOf([]), { surface: 'similar', paperId: '9999.99999' })).answer.items).toEqual([]);
  });

  it.each([
    { why: 'by words', query: 'robot papers', first: 2, all: 'robots' },
    { why: 'by id', query: idOf(7), first: 7, all: null },
    { why: 'by a pasted link', query: `https://arxiv.org/abs/${idOf(9)}v2`, first: 9, all: null },
  ])('searches $why', async ({ query, first, all }) => {
    const { answer } = await rank(stateOf([]), { surface: 'search', query });
    if (all === null) expect(ids(answer)[0]).toBe(idOf(first));
    else expect(answer.items.slice(0, 6).every(({ paperId }) => library.find(({ id }) => id === paperId)!.topics[0] === all)).toBe(true);
  });

  it('finds nothing for a query without words', async () => {
    expect((await rank(stateOf([]), { surface: 'search', query: ' — ' })).answer.items).toEqual([]);
  });
});

describe('pages', () => {
  it('keep a pinned slate: its order, no paper twice, none lost but what may not be shown any more', async () => {
    const state = stateOf(habits);
    const first = (await rank(state, { reader: 'ada', limit: 5 })).answer;
    const [hidden, ...stay] = first.rest;
    state.foldInteraction(event({ reader: 'ada', action: 'hide', target: hidden!, hours: 0.9 }));
    state.foldInteraction(event({ reader: 'ada', action: 'open', target: stay[0]!, hours: 0.9 }));
    const second = (await rank(state, { reader: 'ada', limit: 5, pinned: [...first.rest], exclude: [stay[1]!] })).answer;
    expect([...ids(second), ...second.rest]).toEqual(stay.toSpliced(1, 1));
    expect(second.items).toHaveLength(5);
    expect(new Set([...ids(first), ...ids(second), ...second.rest]).size).toBe(
      first.items.length + second.items.length + second.rest.length,
    );
  });

  it('leave out unknown and withdrawn papers', async () => {
    const state = stateOf([]);
    state.foldPaper({ id: idOf(3), withdrawn: true }, null);
    const { answer } = await rank(state, { surface: 'trending', pinned: [idOf(3), 'never-seen', idOf(1), idOf(1)] });
    expect(ids(answer)).toEqual([idOf(1)]);
  });
});

describe('explain', () => {
  it.each(['trending', 'for-you', 'similar', 'search', 'latest'] as const)('adds up to the score for every item of %s', async (surface) => {
    const { answer } = await rank(stateOf(habits), {
      surface,
      reader: 'ada',
      explain: true,
      limit: 24,
      paperId: idOf(0),
      query: 'vision papers',
    });
    expect(answer.items.length).toBeGreaterThan(0);
    for (const { score, baseline, contributions, features } of answer.items) {
      const sum = Object.values(contributions!).reduce((total, part) => total + part, 0);
      expect(Math.abs(baseline! + sum - score)).toBeLessThan(1e-3);
      expect(Object.keys(features!)).toEqual(Object.keys(contributions!));
    }
  });
});

describe('words, citations and authors of the history', () => {
  const shelf: readonly Paper[] = [
    paper({ id: 'read-1', title: 'Quaternion kernels', authors: ['Ada Byron', 'Second'], cites: ['doi:10.1/old'], topics: ['algebra'] }),
    paper({ id: 'read-2', title: 'Octonion kernels', authors: ['Ada  BYRON'], organization: { name: 'Lab' } }),
    paper({ id: 'cited', title: 'A plain title', aliases: ['doi:10.1/old'] }),
    paper({ id: 'citing', title: 'Another plain title', cites: ['read-2'] }),
    paper({ id: 'beside', title: 'Third plain title', cites: ['doi:10.1/old'] }),
    paper({ id: 'by-ada', title: 'Gardens', authors: ['Ada Byron'] }),
    paper({ id: 'worded', title: 'More quaternion theory' }),
    paper({ id: 'far', title: 'Nothing alike' }),
  ];
  const saves = [event({ reader: 'ada', action: 'save', target: 'read-1' }), event({ reader: 'ada', action: 'save', target: 'read-2' })];
  const shelved = (papers = shelf): RankingState => {
    const state = RankingState.empty(stateConfig);
    for (const each of papers) state.foldPaper(each, null);
    for (const each of saves) state.foldInteraction(each);
    return state;
  };

  it.each([
    { why: 'a paper that the history cites, by another id of it', id: 'cited', column: 'citation_links', value: Math.log(2) },
    { why: 'a paper that cites the history', id: 'citing', column: 'citation_links', value: Math.log(2) },
    { why: 'a paper with the same references', id: 'beside', column: 'cites_in_common', value: 1 },
    { why: 'a paper in between', id: 'beside', column: 'citation_links', value: 0 },
    { why: 'an author in common, however spelled', id: 'by-ada', column: 'author_share', value: 1 },
    { why: 'the nearest list of authors', id: 'by-ada', column: 'author_overlap_top', value: 1 },
    { why: 'the mean over lists of authors', id: 'by-ada', column: 'author_overlap', value: (1 / Math.SQRT2 + 1) / 2 },
    { why: 'nothing in common', id: 'far', column: 'text_similarity', value: 0 },
  ])('reads $why', async ({ id, column, value }) => {
    const seen = await pipelineOf(shelved()).inspect(requestOf({ reader: 'ada' }), calm);
    const row = seen.candidates.findIndex(({ paperId }) => paperId === id);
    expect(row).toBeGreaterThanOrEqual(0);
    expect(seen.rows[row * seen.features.length + seen.features.indexOf(column)]).toBeCloseTo(value, 6);
  });

  it('proposes what is joined by words and by citations, in whatever order the papers came', async () => {
    const sourcesOf = async (papers: readonly Paper[]) => {
      const seen = await pipelineOf(shelved([...papers])).inspect(requestOf({ reader: 'ada' }), calm);
      return Object.fromEntries(seen.candidates.map(({ paperId, sources }) => [paperId, sources]));
    };
    const found = await sourcesOf(shelf);
    expect(found['worded']?.['text']).toBeLessThanOrEqual(2);
    expect(found['far']).not.toHaveProperty('text');
    expect(found['cited']?.['cited']).toBeLessThan(found['beside']!['cited']!);
    expect(found['far']).not.toHaveProperty('cited');
    expect(await sourcesOf(shelf.toReversed())).toEqual(found);
  });

  it('says so in plain words, and never names what was hidden', async () => {
    const reasonsOf = async (state: RankingState) =>
      Object.fromEntries(
        (await rank(state, { reader: 'ada' })).answer.items.map(({ paperId, reasons }) => [paperId, reasons.map(({ text }) => text)]),
      );
    const said = await reasonsOf(shelved());
    expect(said['citing']).toContain('cites “Octonion kernels”, which you saved');
    expect(said['cited']).toContain('is cited by “Quaternion kernels”, which you saved');
    expect(said['by-ada']).toContain('by Ada Byron, an author of 2 papers you chose');
    const state = shelved();
    state.foldInteraction(event({ reader: 'ada', action: 'hide', target: 'read-2', hours: 0.5 }));
    expect(JSON.stringify(await reasonsOf(state))).not.toContain('Octonion');
  });

  it('is the same after a snapshot', async () => {
    const before = await pipelineOf(shelved()).inspect(requestOf({ reader: 'ada' }), calm);
    const restored = RankingState.deserialize(shelved().serialize(), stateConfig);
    const after = await pipelineOf(restored).inspect(requestOf({ reader: 'ada' }), calm);
    expect([...after.rows]).toEqual([...before.rows]);
  });

  it('stands near a learned state of the reader, where there is an encoder of them', async () => {
    const state = stateOf(habits);
    const towardsRobots = {
      name: 'fixed',
      start: () => new Float64Array(1),
      step: () => undefined,
      read: () => vectorAlong(4, DIMENSIONS, 0),
    };
    const pipeline = createRankPipeline({
      state,
      trending,
      personal,
      config: defaultRankingConfig,
      stopwatch: () => 0,
      stateEncoder: towardsRobots,
    });
    const seen = await pipeline.inspect(requestOf({ reader: 'ada' }), calm);
    const first = seen.candidates.find(({ sources }) => sources['reader-state'] === 1)!;
    expect(state.parts.papers.factsOf(state.parts.papers.find(first.paperId)!)!.title).toContain('robots');
    const row = seen.candidates.indexOf(first);
    expect(seen.rows[row * seen.features.length + seen.features.indexOf('reader_state_similarity')]).toBeGreaterThan(0.9);
  });
});

describe('several records of one paper', () => {
  const records: readonly Paper[] = [
    paper({ id: '2603.11111v1', title: 'Versions of a thing', upvotes: 9 }),
    paper({ id: '2603.11111v2', title: 'Versions of a thing, again' }),
    paper({ id: 'bs-7', title: 'Seeded thing', aliases: ['2603.22222'], upvotes: 50 }),
    paper({ id: '2603.22222', title: 'Seeded thing, from its source' }),
    paper({ id: 'alone', title: 'Another thing' }),
  ];
  const stateWith = (events: readonly InteractionEvent[], papers = records): RankingState => {
    const state = RankingState.empty(stateConfig);
    for (const each of papers) state.foldPaper(each, vectorAlong(1, DIMENSIONS));
    for (const each of events) state.foldInteraction(each);
    return state;
  };

  it.each(['trending', 'latest', 'for-you', 'search'] as const)('are shown once in %s', async (surface) => {
    for (const papers of [records, records.toReversed()]) {
      const { answer } = await rank(stateWith([], [...papers]), { surface, query: 'thing', reader: 'ada', limit: 20 });
      expect(ids(answer).toSorted()).toEqual(['2603.11111v2', '2603.22222', 'alone']);
    }
  });

  it('show the one that readers voted for, among versions', async () => {
    const { answer } = await rank(stateWith([event({ reader: 'bo', action: 'upvote', target: '2603.11111v1' })]), { surface: 'trending' });
    expect(ids(answer)).toContain('2603.11111v1');
    expect(ids(answer)).not.toContain('2603.11111v2');
  });

  it('never let a record take over the paper that it names, whatever votes it has', async () => {
    const votes = ['bo', 'cy'].map((reader) => event({ reader, action: 'upvote', target: 'bs-7' }));
    expect(ids((await rank(stateWith(votes), { surface: 'trending' })).answer)).not.toContain('bs-7');
  });

  it('come back one by one when the other is withdrawn', async () => {
    const state = stateWith([]);
    state.foldPaper({ id: '2603.22222', withdrawn: true }, null);
    expect(ids((await rank(state, { surface: 'trending' })).answer)).toContain('bs-7');
  });

  it.each([
    { why: 'hidden', act: { action: 'hide', target: '2603.11111v1' }, fields: {} },
    { why: 'read', act: { action: 'open', target: '2603.11111v1' }, fields: {} },
    { why: 'not wanted by the caller', act: { action: 'impression', target: 'alone' }, fields: { exclude: ['2603.11111v1'] } },
  ])('are $why together', async ({ act, fields }) => {
    const { answer } = await rank(stateWith([event({ reader: 'ada', ...act })]), { surface: 'for-you', reader: 'ada', ...fields });
    expect(ids(answer).filter((id) => id.startsWith('2603.11111'))).toEqual([]);
  });

  it('are not like each other', async () => {
    const { answer } = await rank(stateWith([]), { surface: 'similar', paperId: '2603.11111v1' });
    expect(ids(answer).toSorted()).toEqual(['2603.22222', 'alone']);
  });
});

describe('a reader who says to be an author', () => {
  const self = (fields: { hours?: number; on?: boolean } = {}): InteractionEvent => {
    const seed = event({ reader: 'ada', action: 'seed', target: 'author:AUTHOR 3', ...fields });
    return { ...seed, data: { ...seed.data, self: true } };
  };
  const theirs: readonly string[] = library.filter(({ authors }) => authors.includes('Author 3')).map(({ id }) => id);

  it('is not brought their own papers, and finds them everywhere else', async () => {
    const state = stateOf([...habits, self()]);
    const { answer } = await rank(state, { reader: 'ada', limit: 24 });
    expect(ids(answer).filter((id) => theirs.includes(id))).toEqual([]);
    expect(answer.counts.dropped['own']).toBeGreaterThan(0);
    for (const surface of ['trending', 'search'] as const)
      expect(ids((await rank(state, { surface, query: 'paper', reader: 'ada', limit: 24 })).answer)).toEqual(
        expect.arrayContaining(theirs),
      );
  });

  it('may take it back, and a plain seed of an author brings their papers', async () => {
    for (const events of [[self(), self({ hours: 0.5, on: false })], [event({ reader: 'ada', action: 'seed', target: 'author:Author 3' })]])
      expect(ids((await rank(stateOf([...habits, ...events]), { reader: 'ada', limit: 24 })).answer)).toEqual(
        expect.arrayContaining(theirs),
      );
  });

  it('is still that author after a snapshot', async () => {
    const state = stateOf([...habits, self()]);
    const restored = RankingState.deserialize(state.serialize(), stateConfig);
    expect((await rank(restored, { reader: 'ada', limit: 24 })).answer).toEqual((await rank(state, { reader: 'ada', limit: 24 })).answer);
  });
});

describe('a deadline or a failure', () => {
  const broken: RowScorer = { ...personal, score: () => Promise.reject(new Error('session lost')) };
  const silent: RowScorer = { ...trending, score: (_rows, count) => Promise.resolve(new Float32Array(count * 4).fill(NaN)) };

  it.each([
    {
      why: 'no time for slow sources',
      remainingMs: 12,
      replaced: {},
      degraded: ['cited', 'co-read', 'similar', 'text'],
      model: 'personal',
    },
    {
      why: 'no time at all',
      remainingMs: 0,
      replaced: {},
      degraded: ['cited', 'co-read', 'explain', 'exploration', 'personal-model', 'similar', 'text'],
      model: 'trending',
    },
    {
      why: 'a personal model that fails',
      remainingMs: 200,
      replaced: { personal: broken },
      degraded: ['personal-model'],
      model: 'trending',
    },
    {
      why: 'a trending model that fails',
      remainingMs: 200,
      replaced: { trending: silent },
      degraded: ['trending-model'],
      model: 'personal',
    },
    {
      why: 'no model that works',
      remainingMs: 200,
      replaced: { personal: broken, trending: silent },
      degraded: ['personal-model', 'trending-model'],
      model: 'rank-fusion',
    },
  ])('with $why still answers, and says what it did without', async ({ remainingMs, replaced, degraded, model }) => {
    const explain = degraded.includes('explain');
    const outcome = await rank(stateOf(habits), { reader: 'ada', explain }, { ...calm, remainingMs: () => remainingMs }, replaced);
    expect(outcome.answer.items).toHaveLength(10);
    expect(outcome.answer.degraded).toEqual(degraded);
    expect(outcome.answer.model.name).toBe(model);
    expect(
      outcome.stages
        .filter(({ skipped }) => skipped !== undefined)
        .map(({ component }) => component)
        .toSorted(),
    ).toEqual(degraded.filter((name) => !(name === 'trending-model' && model === 'personal')));
  });

  it('refuses at the start a model with other features or heads', () => {
    const state = stateOf([]);
    const swapped = { ...trending, features: trending.features.toReversed() };
    expect(() => pipelineOf(state, { trending: swapped })).toThrow(/column 0 is/);
    expect(() => pipelineOf(state, { trending: { ...trending, heads: 1 } })).toThrow(/1 head/);
    expect(() => pipelineOf(state, { personal: { ...personal, features: personal.features.slice(1) } })).toThrow(/features/);
  });
});

const action = fc.constantFrom('upvote', 'save', 'hide', 'rate', 'open', 'impression', 'share', 'comment', 'follow', 'mute');
const busy = fc.array(
  fc.record({
    reader: fc.constantFrom('ada', 'bo', 'cy', 'dee', 'eve'),
    action,
    paper: fc.nat(23),
    hours: fc.double({ min: -60, max: 1, noNaN: true }),
    on: fc.constantFrom(true, true, true, false),
    value: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 80 },
);

const toEvents = (
  acts: readonly { reader: string; action: string; paper: number; hours: number; on: boolean; value: number }[],
): InteractionEvent[] =>
  acts.map(({ on, ...act }, i): InteractionEvent => {
    const target =
      act.action === 'follow'
        ? `topic:${TOPICS[act.paper % 4]!}`
        : act.action === 'mute'
          ? `author:Author ${act.paper % 7}`
          : idOf(act.paper);
    const undoable = ['upvote', 'save', 'hide', 'rate', 'follow', 'mute'].includes(act.action);
    const fields: InventedEvent = { ...act, target, id: `busy-${String(i).padStart(6, '0')}` };
    return event(undoable ? { ...fields, on } : fields);
  });

const surfaces = ['trending', 'latest', 'for-you', 'similar', 'search'] as const;

describe('any history', () => {
  it('gives answers and records that keep to their schemas, without repeats, with a reason for each item', async () => {
    await fc.assert(
      fc.asyncProperty(
        busy,
        fc.constantFrom(...surfaces),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        async (acts, surface, limit, explain) => {
          const outcome = await rank(stateOf(toEvents(acts)), {
            surface,
            reader: 'ada',
            limit,
            explain,
            paperId: idOf(1),
            query: 'language',
          });
          expect(rankAnswerSchema.parse(outcome.answer)).toEqual(outcome.answer);
          expect(feedServedDataSchema.parse(outcome.served)).toEqual(outcome.served);
          const all = [...ids(outcome.answer), ...outcome.answer.rest];
          expect(new Set(all).size).toBe(all.length);
          expect(outcome.answer.items.every(({ reasons }) => reasons.length > 0)).toBe(true);
          expect(outcome.answer.degraded).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives the same answer on a replica that read the log in another order', async () => {
    await fc.assert(
      fc.asyncProperty(busy, fc.constantFrom(...surfaces), async (acts, surface) => {
        const events = toEvents(acts);
        const one = stateOf(events);
        const other = RankingState.empty(stateConfig);
        for (const each of events.toReversed()) other.foldInteraction(each);
        const restored = RankingState.deserialize(other.serialize(), stateConfig);
        for (const each of library.toReversed())
          restored.foldPaper(each, vectorAlong(2 * TOPICS.indexOf(each.topics[0]!), DIMENSIONS, 0.05 + Number(each.id.slice(-2)) / 40));
        const fields = { surface, reader: 'ada', limit: 24, explain: true, paperId: idOf(2), query: 'paper robots' };
        const answers = await Promise.all([one, restored].map(async (state) => (await rank(state, fields)).answer));
        expect(answers[1]).toEqual(answers[0]);
      }),
      { numRuns: 100 },
    );
  });

  it('never shows or names what the reader hid, and names no paper that only others read', async () => {
    await fc.assert(
      fc.asyncProperty(busy, fc.constantFrom('trending', 'for-you', 'latest', 'search', 'similar'), async (acts, surface) => {
        // Two acts of one moment are ordered by their ids' hashes, which this test does not want to know.
        const tied = new Set(acts.map(({ hours }) => Math.trunc(hours * 3_600_000))).size < acts.length;
        fc.pre(!tied);
        const events = toEvents(acts);
        const state = stateOf(events);
        const { answer } = await rank(state, { surface, reader: 'ada', limit: 24, paperId: idOf(1), query: 'paper' });
        const hides = new Map<string, { hours: number; on: boolean }>();
        for (const each of acts.filter((act) => act.reader === 'ada' && act.action === 'hide')) {
          const known = hides.get(idOf(each.paper));
          if (known === undefined || each.hours >= known.hours) hides.set(idOf(each.paper), each);
        }
        const own = new Set(acts.filter(({ reader }) => reader === 'ada').map((act) => idOf(act.paper)));
        const isHidden = (id: string): boolean => hides.get(id)?.on === true;
        expect(ids(answer).filter(isHidden)).toEqual([]);
        for (const { paperId, text } of answer.items.flatMap(({ reasons }) => reasons)) {
          if (paperId === undefined) continue;
          expect(isHidden(paperId)).toBe(false);
          expect(own.has(paperId) || (surface === 'similar' && paperId === idOf(1))).toBe(true);
          expect(text).not.toContain('r_');
        }
      }),
      { numRuns: 200 },
    );
  });
});
