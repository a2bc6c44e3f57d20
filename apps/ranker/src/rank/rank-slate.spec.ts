import type { FeedServedData, RankAnswer, RankRequest } from '#contracts';
import { seedOf, type RankMoment, type RankOutcome } from '#ranking';
import { FoldProgress } from '../consume/progress.js';
import { Admission } from './admission.js';
import { RankSlate, type Phase, type RankSlateParts } from './rank-slate.js';
import { RankerBusy } from './refusal.failure.js';

const AT = Date.parse('2025-10-28T09:30:00Z');

const payload = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  requestId: 'request-0001',
  surface: 'trending',
  limit: 10,
  budgetMs: 150,
  ...fields,
});

const outcomeOf = (request: RankRequest, moment: RankMoment): RankOutcome => ({
  answer: {
    requestId: request.requestId,
    asOf: new Date(moment.now).toISOString(),
    model: { name: 'trending', version: '20251028-0000000' },
    arm: 'control',
    degraded: [],
    items: [],
    rest: [],
    counts: { candidates: 0, dropped: {} },
  },
  served: { requestId: request.requestId, seed: moment.seed, degraded: [] as string[] } as FeedServedData,
  stages: [],
});

interface Setup {
  readonly slates: RankSlate;
  readonly progress: FoldProgress;
  readonly admission: Admission;
  readonly served: FeedServedData[];
  readonly seen: { outcomes: string[]; surfaces: (string | null)[] };
  readonly moments: RankMoment[];
}

const setUp = (parts: Partial<RankSlateParts> & { readonly at?: Phase } = {}): Setup => {
  const progress = new FoldProgress({ 'interactions.v1/0': '5' }, ['interactions.v1']);
  const admission = new Admission({ concurrency: 1, held: 2 });
  const served: FeedServedData[] = [];
  const seen: Setup['seen'] = { outcomes: [], surfaces: [] };
  const moments: RankMoment[] = [];
  const slates = new RankSlate({
    pipelines: {
      use: (_reader, work) =>
        work({
          rank: async (request, moment) => {
            moments.push(moment);
            return outcomeOf(request, moment);
          },
        }),
    },
    admission,
    progress,
    phase: () => parts.at ?? 'serving',
    now: () => AT,
    monotonic: () => performance.now(),
    waitShare: 0.01,
    observer: {
      answered: () => seen.outcomes.push('answered'),
      refused: (surface, { code }) => {
        seen.outcomes.push(code);
        seen.surfaces.push(surface);
      },
    },
    served: (data) => served.push(data),
    ...parts,
  });
  return { slates, progress, admission, served, seen, moments };
};

const refusal = (code: string, retryable: boolean) => ({ refused: expect.objectContaining({ code, retryable }) as unknown });

describe('RankSlate', () => {
  it('answers, with a seed made of the request id, and hands over the record of what it answered', async () => {
    const { slates, served, moments, seen, admission } = setUp();
    const answer = (await slates.answer(payload())) as RankAnswer;
    expect(answer).toMatchObject({ requestId: 'request-0001', degraded: [], asOf: '2025-10-28T09:30:00.000Z' });
    expect(moments[0]).toMatchObject({ now: AT, seed: seedOf('request-0001') });
    expect(served).toMatchObject([{ requestId: 'request-0001', degraded: [] }]);
    expect({ seen: seen.outcomes, held: admission.inFlight }).toEqual({ seen: ['answered'], held: 0 });
  });

  it('leaves no record of a look-up that no reader sees', async () => {
    const { slates, served, seen } = setUp();
    await slates.answer(payload({ shown: false }));
    expect({ served, outcomes: seen.outcomes }).toEqual({ served: [], outcomes: ['answered'] });
  });

  it.each([
    { why: 'nothing at all', sent: undefined },
    { why: 'an unknown surface', sent: payload({ surface: 'popular' }) },
    { why: 'a limit below 1', sent: payload({ limit: 0 }) },
    { why: 'no budget', sent: payload({ budgetMs: undefined }) },
    { why: "somebody's name as a reader", sent: payload({ readerRef: 'ada@example.org' }) },
  ])('refuses $why for good, and repeats nothing of it', async ({ sent }) => {
    const { slates, seen } = setUp();
    const refused = await slates.answer(sent);
    expect(refused).toEqual(refusal('INVALID_REQUEST', false));
    expect(JSON.stringify(refused)).not.toContain('ada@');
    expect(seen.surfaces).toEqual([null]);
  });

  it.each(['starting', 'catching up', 'stopping'] as const)('refuses while it is %s: another replica may do better', async (at) => {
    expect(await setUp({ at }).slates.answer(payload())).toEqual(refusal('NOT_READY', true));
  });

  it('refuses at once when it is full', async () => {
    const { slates, admission } = setUp();
    admission.enter();
    admission.enter();
    expect(await slates.answer(payload())).toEqual(refusal('RANKER_BUSY', true));
    expect(() => admission.enter()).toThrow(RankerBusy);
  });

  it('drops work whose deadline passed in the queue, before doing it', async () => {
    const { slates, admission, moments } = setUp();
    const place = admission.enter();
    await place.turn({ passed: false } as never);
    const answer = slates.answer(payload({ budgetMs: 5 }));
    await new Promise((resolve) => setTimeout(resolve, 10));
    place.leave();
    expect(await answer).toEqual(refusal('DEADLINE_EXCEEDED', false));
    expect(moments).toEqual([]);
    expect(admission.inFlight).toBe(0);
  });

  it("waits for the reader's own writes, then ranks", async () => {
    const { slates, progress } = setUp();
    const answer = slates.answer(payload({ after: { 'interactions.v1/0': '7' }, budgetMs: 60_000 }));
    progress.reached('interactions.v1', 0, 6n);
    progress.reached('interactions.v1', 0, 7n);
    expect(await answer).toMatchObject({ degraded: [] });
  });

  it('does not keep others from working while it waits', async () => {
    const { slates, progress } = setUp();
    const waiting = slates.answer(payload({ after: { 'interactions.v1/0': '7' }, budgetMs: 60_000 }));
    expect(await slates.answer(payload())).toMatchObject({ degraded: [] });
    progress.reached('interactions.v1', 0, 7n);
    await waiting;
  });

  it('answers behind when the writes are not folded within their share of the budget, in the answer and in its record', async () => {
    const { slates, served } = setUp();
    const answer = await slates.answer(payload({ after: { 'interactions.v1/0': '99' }, budgetMs: 2000 }));
    expect(answer).toMatchObject({ degraded: ['behind'] });
    expect(served).toMatchObject([{ degraded: ['behind'] }]);
  });

  it('turns an error that nobody foresaw into a refusal that says nothing of it', async () => {
    const { slates, admission, seen } = setUp({ pipelines: { use: () => Promise.reject(new TypeError('x of undefined')) } });
    const refused = await slates.answer(payload());
    expect(refused).toEqual(refusal('RANK_FAILED', true));
    expect(JSON.stringify(refused)).not.toContain('undefined');
    expect({ seen: seen.outcomes, held: admission.inFlight }).toEqual({ seen: ['RANK_FAILED'], held: 0 });
  });
});
