import { RankingState } from '#ranking';
import type { FeedServedData } from '#contracts';
import { liveLog } from '../fixtures/live-log.js';
import { plainEncoder, plainSide, plainStateConfig } from '../fixtures/plain-models.js';
import { readServed } from '../rerank/served-index.js';
import { ListSource } from '../stream/fixtures/list-source.js';
import { explain, type ExplainParts, type Question } from './explain.js';
import type { Explanation } from './explanation.js';
import { explanationText } from './explanation-text.js';

let source: ListSource;
let served: readonly FeedServedData[];
let end: number;

beforeAll(async () => {
  const live = await liveLog({ seed: 5, papers: 40, readers: 6, steps: 160, replicas: 2 });
  source = new ListSource(live.log.records);
  served = live.log.records.flatMap((record) => (record.topic === 'feed.served.v1' ? (readServed(record)?.data ?? []) : []));
  ({ end } = live);
});

const explained = async (question: Question, parts: Partial<ExplainParts> = {}): Promise<Explanation> => {
  const answer = await explain(question, {
    source,
    open: () =>
      Promise.resolve({
        start: { positions: {}, make: () => RankingState.empty(plainStateConfig) },
        encoder: plainEncoder,
        sideOf: () => plainSide('a'),
      }),
    paper: null,
    signal: new AbortController().signal,
    ...parts,
  });
  if (answer === null) throw new Error('interrupted');
  return answer;
};

describe('explain of a served request', () => {
  it('is the answer that was served, on every surface, with contributions that add up to the scores', async () => {
    const some = served.filter((_, at) => at % 6 === 0);
    expect(new Set(some.map(({ surface }) => surface)).size).toBeGreaterThan(1);
    for (const data of some) {
      const explanation = await explained({ kind: 'served', requestId: data.requestId });
      expect(explanation.served).toMatchObject({ order: true, cause: null });
      expect(explanation.items.map(({ paperId }) => paperId)).toEqual(data.slots.map(({ paperId }) => paperId));
      for (const { score, baseline, contributions } of explanation.items) {
        if (baseline === null) continue;
        const sum = Object.values(contributions).reduce((total, value) => total + value, 0);
        expect(baseline + sum).toBeCloseTo(score, 4);
      }
    }
  });

  it('tells which filter dropped which paper, as often as the answer counts', async () => {
    let dropped = 0;
    for (const data of served.filter(({ surface }) => surface === 'for-you').slice(-12)) {
      const explanation = await explained({ kind: 'served', requestId: data.requestId });
      const counts: Record<string, number> = {};
      for (const { filter } of explanation.dropped) counts[filter] = (counts[filter] ?? 0) + 1;
      expect(counts).toEqual(explanation.droppedBy);
      dropped += explanation.dropped.length;
    }
    expect(dropped).toBeGreaterThan(20);
  });

  it('tells of a paper that was dropped, of one that was shown, and of one that nobody proposed', async () => {
    const { requestId } = served.findLast(({ surface, readerRef }) => surface === 'for-you' && readerRef !== undefined)!;
    const question = { kind: 'served', requestId } as const;
    const whole = await explained(question);
    const [gone] = whole.dropped;
    const [shown] = whole.items;
    expect((await explained(question, { paper: gone!.paperId })).paper).toMatchObject({ place: null, filter: gone!.filter });
    const seen = (await explained(question, { paper: shown!.paperId })).paper;
    expect(seen).toMatchObject({ filter: null, score: shown!.score, title: shown!.title });
    expect(seen?.features).toEqual(shown!.features);
    expect((await explained(question, { paper: 'never-there' })).paper).toMatchObject({ place: null, filter: null, sources: {} });
  });

  it('tells what changed until the end of the source', async () => {
    const explanation = await explained({ kind: 'served', requestId: served[3]!.requestId });
    expect(explanation.since.interactions).toBeGreaterThan(50);
    expect(explanation.since.moved.length).toBeGreaterThan(0);
    for (const { then, now, upvotesThen, upvotesNow } of explanation.since.moved)
      expect(then !== now || upvotesThen !== upvotesNow).toBe(true);
  });

  it('tells what became of a paper: its place and every feature then and now', async () => {
    const { requestId } = served.find(({ surface }) => surface === 'trending')!;
    const question = { kind: 'served', requestId } as const;
    const whole = await explained(question);
    const risen = whole.since.moved.find(({ upvotesThen, upvotesNow }) => upvotesThen !== null && (upvotesNow ?? 0) > upvotesThen)!;
    const explanation = await explained(question, { paper: risen.paperId });
    const [then, now] = [explanation.paper!, explanation.since.paper!];
    expect(then).toMatchObject({ paperId: risen.paperId, place: risen.then });
    expect(now.place).toBe(risen.now);
    expect(now.features['upvotes_total']).toBeGreaterThan(then.features['upvotes_total']!);
    expect(Object.keys(then.contributions)).toEqual(Object.keys(then.features));
    const text = explanationText(explanation, 1);
    expect(text).toMatch(/feature +then +now +adds then +adds now/);
    expect(text).toMatch(/upvotes_total +\S+ +\S+ +[+-]/);
  });

  it('says when there is no such request, and stops when it is interrupted', async () => {
    await expect(explained({ kind: 'served', requestId: 'no-such-request' })).rejects.toThrow('--request no-such-request: is not among');
    const stop = new AbortController();
    stop.abort();
    await expect(explained({ kind: 'served', requestId: served[0]!.requestId }, { signal: stop.signal })).rejects.toThrow('interrupted');
  });
});

describe('explain for a reader at a moment', () => {
  it('knows what the log had taken by then and nothing of later', async () => {
    const { readerRef } = served.find((data) => data.readerRef !== undefined && data.surface === 'for-you')!;
    const ask = (at: number): Promise<Explanation> =>
      explained({ kind: 'reader', readerRef: readerRef!, at, surface: 'for-you', limit: 10 });
    const [early, late] = [await ask(end - 8 * 3_600_000), await ask(end)];
    expect(early.served).toBeNull();
    expect(early.history).toBeLessThanOrEqual(late.history);
    expect(early.since.interactions).toBeGreaterThan(late.since.interactions);
    expect(late.items.length).toBeGreaterThan(0);
  });
});

describe('an explanation as text', () => {
  it('names the request, each paper with its reasons, and what was dropped by what', async () => {
    const { requestId, slots } = served.findLast(({ surface, readerRef }) => surface === 'for-you' && readerRef !== undefined)!;
    const text = explanationText(await explained({ kind: 'served', requestId }), 3);
    expect(text).toContain(`request ${requestId}: for-you at `);
    expect(text).toContain('the same papers in the same order as served');
    for (const { paperId } of slots.slice(0, 3)) expect(text).toContain(`. ${paperId}  `);
    expect(text).toMatch(/\d+ candidates after filters; dropped: .*hidden|already-read/);
    expect(text).toMatch(/since then, until .* interactions more/);
  });
});
