import { decodeRecord, topics, type EpochMs } from '#contracts';
import type { StoredRecord } from '#event-log';
import { encodeEach, foldDecoded, RankingState } from '#ranking';
import { collect, Collected, wholeReplay } from '../fixtures/collected.js';
import { liveLog, type LiveLog } from '../fixtures/live-log.js';
import { plainConfig, plainEncoder, plainSide, plainStateConfig, plainTrending } from '../fixtures/plain-models.js';
import { entryOf } from '../fold/log-entry.js';
import { ListSource } from '../stream/fixtures/list-source.js';
import { day1, readerRef, StreamRecords } from '../stream/fixtures/stream-records.js';
import { replay, type EngineOptions } from './engine.js';
import { Ranker } from './ranker.js';
import { rebuilt } from './rebuilt-request.js';
import { readServed } from './served-index.js';

let live: LiveLog;
let source: ListSource;

beforeAll(async () => {
  live = await liveLog({ seed: 7, papers: 30, readers: 8, steps: 240, replicas: 3 });
  source = new ListSource(live.log.records);
});

const isFolded = ({ topic }: StoredRecord): boolean => topic !== topics.feedServed.name;

/** Folds records the plain way, in the order of the list. */
const folded = async (records: readonly StoredRecord[]): Promise<RankingState> => {
  const state = RankingState.empty(plainStateConfig);
  for (const record of records) {
    const decoded = decodeRecord(record);
    if (decoded.kind === 'unreadable') continue;
    const [vector] = decoded.kind === 'paper' ? await encodeEach(plainEncoder, [decoded.paper], () => undefined) : [null];
    foldDecoded(state, decoded, vector ?? null);
  }
  return state;
};

const knownAt = (moment: EpochMs, recordedBefore: EpochMs): Promise<RankingState> =>
  folded(
    live.log.records.filter((record) => {
      if (!isFolded(record)) return false;
      const { time, recorded } = entryOf(record, decodeRecord(record), null);
      return time < moment && recorded < recordedBefore;
    }),
  );

describe('replay', () => {
  it('gives every answer of every replica again, bit for bit, over restarts', async () => {
    const { lines } = await collect(source);
    expect(lines).toHaveLength(live.requests.length);
    expect(lines.filter(({ line }) => line.same?.cause !== null)).toEqual([]);
    // An answer without a slot has no features to compare.
    expect(lines.filter(({ line }) => line.same?.features !== true).every(({ line }) => line.a.slots.length === 0)).toBe(true);
    expect(new Set(lines.map(({ line }) => line.requestId))).toEqual(new Set(live.requests));
  });

  it('passes over answers whose request can not be asked again, and names them', async () => {
    const withOdd = new StreamRecords();
    withOdd.paper('p1', { at: day1 });
    withOdd.served('ada', 'request-whole', { at: day1 + 1 }, ['p1']);
    withOdd.served('ada', 'request-of-old', { at: day1 + 2 }, ['p1'], { query: { period: 'day' } });
    withOdd.served('ada', 'request-of-others', { at: day1 + 3 }, ['p1'], { query: { limit: 'ten', period: 'noon' } });
    const broken = withOdd.add(topics.feedServed, 'key', '{"type": "feed"}', { at: day1 + 4 });
    withOdd.interaction('ada', { at: day1 + 5 }, { action: 'open', requestId: 'request-of-old' });
    withOdd.interaction('ada', { at: day1 + 5 }, { action: 'open', requestId: 'request-whole' });
    const { lines, outcomes, summary } = await collect(new ListSource(withOdd.records));
    expect(lines.map(({ line }) => line.requestId)).toEqual(['request-whole']);
    expect(outcomes.map(({ requestId }) => requestId)).toEqual(['request-whole']);
    expect(summary?.stream.records['feed.served.v1']).toEqual({ kept: 1, 'not-askable': 2, unreadable: 1 });
    expect(summary?.counts.folded).toMatchObject({ asked: 1, notRanked: 3 });
    const odd = summary?.notRanked ?? [];
    expect(odd.find(({ requestId }) => requestId === 'request-of-old')).toMatchObject({
      cause: 'not-askable',
      says: 'query.limit is required',
    });
    expect(odd.find(({ requestId }) => requestId === 'request-of-others')?.says).toMatch(/query\.period .*; query\.limit must be a number/);
    expect(odd.find(({ requestId }) => requestId === null)).toMatchObject({
      cause: 'unreadable',
      at: `feed.served.v1/${broken.partition}/${broken.offset}`,
    });
  });

  it('ends in the state that any replica reaches', async () => {
    const { summary } = await collect(source, { at: 'none', sides: [] });
    const state = await folded(live.log.records.filter(isFolded));
    expect(summary?.stateHash).toBe(state.hash());
  });

  it.each([1, 2, 5])('is shared by %i workers without loss or doubles', async (of) => {
    const whole = await collect(source);
    const shares = await Promise.all(Array.from({ length: of }, (_, index) => collect(source, { share: { index, of } })));
    const lines = shares.flatMap((share) => share.lines).sort((a, b) => a.cursor - b.cursor);
    expect(lines).toEqual(whole.lines);
    for (const share of shares)
      expect(share.summary).toMatchObject({ stream: whole.summary?.stream, streamHash: whole.summary?.streamHash });
  });

  it.each<Partial<EngineOptions>>([{ at: 'served' }, { at: 'interactions' }, { at: 'served', asOf: { kind: 'event' } }])(
    'goes on after an interruption as if there had been none: %o',
    async (options) => {
      const whole = await collect(source, options);
      const stop = new AbortController();
      const first = new Collected(() => (first.lines.length === 23 ? stop.abort() : undefined));
      expect(await replay(await wholeReplay(source, options), first, stop.signal)).toBe('interrupted');
      const after = first.lines.at(-1)!.cursor;
      const named = new Set(
        first.lines.flatMap(({ line }) => [...line.a.slots, ...(line.served?.slots ?? [])].map(({ paperId }) => paperId as string)),
      );
      for (const { line } of first.lines) if (line.chosen !== undefined) named.add(line.chosen.paperId);
      const rest = await collect(source, { ...options, after, named });
      expect([...first.lines, ...rest.lines]).toEqual(whole.lines);
      expect(rest.outcomes).toEqual(whole.outcomes);
      expect(rest.trends).toEqual(whole.trends);
      expect({ ...rest.summary, counts: null }).toEqual({ ...whole.summary, counts: null });
    },
  );

  it('does not depend on how the source cuts its chunks', async () => {
    const whole = await collect(source);
    const other = await collect(new ListSource(live.log.records, {}, 0, 100));
    expect(other.lines).toEqual(whole.lines);
    expect(other.summary).toEqual(whole.summary);
  });

  it.each([
    { why: 'everything that had happened', asOf: { kind: 'event' } as const, recordedBefore: Infinity },
    {
      why: 'only what was recorded by then',
      asOf: { kind: 'by', by: Date.parse('2026-11-01T10:00:00Z') } as const,
      recordedBefore: Date.parse('2026-11-01T10:00:00Z'),
    },
  ])('knows at a moment $why, as a fold by hand does', async ({ asOf, recordedBefore }) => {
    const { lines } = await collect(source, { asOf });
    expect(lines).toHaveLength(live.requests.length);
    const byId = new Map(lines.map(({ line }) => [line.requestId, line]));
    for (const record of live.log.records.filter((each) => !isFolded(each)).filter((_, n) => n % 6 === 0)) {
      const { data } = readServed(record)!;
      const ranker = new Ranker(await knownAt(Date.parse(data.asOf), recordedBefore), [plainSide('a')]);
      const { request, moment } = rebuilt(data);
      const [answer] = await ranker.rank(request, moment, data.arm);
      expect(byId.get(data.requestId)?.a).toEqual(answer?.slate);
    }
  });

  it('leaks nothing that was recorded later', async () => {
    const by = Date.parse('2026-11-01T12:00:00Z');
    const before = await collect(source, { asOf: { kind: 'by', by } });
    const more = new StreamRecords();
    for (const record of live.log.records) more.add(topicOf(record), record.key ?? '', record.value, { at: record.timestamp });
    for (let n = 0; n < 200; n += 1)
      more.interaction(
        `reader${n % 8}`,
        { at: by - n * 60_000, recorded: by + n },
        { action: 'upvote', on: true, target: { kind: 'paper', id: '2611.00003' } },
      );
    const after = await collect(new ListSource(more.records), { asOf: { kind: 'by', by } });
    expect(after.lines).toEqual(before.lines);
  });

  it('asks for-you before each choice, with the choice not yet known', async () => {
    const { lines } = await collect(source, {
      at: 'interactions',
      sides: [plainSide('a'), plainSide('b', { trending: plainTrending('2', 0) })],
    });
    expect(lines.length).toBeGreaterThan(30);
    for (const { line } of lines) {
      expect(line.served).toBeUndefined();
      expect(line.b).toBeDefined();
      // A choice that is new to the reader is never filtered as read, so where any source proposed it, it has a place.
      const listed = line.a.slots.some(({ paperId }) => paperId === line.chosen?.paperId);
      if (listed) expect(line.a.place).not.toBeNull();
    }
    expect(lines.filter(({ line }) => line.a.place !== null).length).toBeGreaterThan(lines.length / 2);
  });

  it('finds what readers did on replayed requests, and names its papers', async () => {
    const { outcomes, summary, lines } = await collect(source, { outcomeHours: 6, keep: ({ surface }) => surface === 'for-you' });
    const asked = new Map(lines.map(({ line }) => [line.requestId, Date.parse(line.at)]));
    expect(outcomes.length).toBeGreaterThan(10);
    const names = new Set([...(summary?.papers ?? [])].map(({ paperId }) => paperId));
    for (const { requestId, at, paperId } of outcomes) {
      expect(Date.parse(at) - asked.get(requestId)!).toBeLessThanOrEqual(6 * 3_600_000);
      expect(names.has(paperId)).toBe(true);
    }
  });

  it('looks at trends each full hour and at upvotes by age', async () => {
    const { trends, summary } = await collect(source);
    expect(trends.length).toBeGreaterThanOrEqual(19);
    for (const { at, top } of trends) {
      expect(Date.parse(at) % 3_600_000).toBe(0);
      expect(top.length).toBeGreaterThan(0);
    }
    for (const { upvotes } of summary?.accrual ?? []) expect(upvotes.some((count) => count !== null)).toBe(true);
    expect([...(summary?.accrual ?? [])].length).toBeGreaterThan(20);
  });

  it.each([
    { why: 'another-model', options: () => ({ sides: [plainSide('a', { trending: plainTrending('9', -3) })] }) },
    {
      why: 'another-configuration',
      options: () => ({ sides: [plainSide('a', { config: plainConfig({ exploration: { firstSlot: 0, everySlots: 2 } }) })] }),
    },
    { why: 'another-moment', options: () => ({ asOf: { kind: 'by' as const, by: 0 } }) },
    {
      why: 'records-gone',
      options: () => ({
        source: new ListSource(live.log.records, { 'interactions.v1/0': '8', 'interactions.v1/7': '8', 'interactions.v1/9': '20' }),
      }),
    },
    {
      why: 'papers-replaced',
      options: () => ({
        source: new ListSource(
          live.log.records.filter(
            (record) =>
              !live.log.records.some((later) => later.topic === 'papers.v1' && later.key === record.key && later.offset > record.offset),
          ),
        ),
      }),
    },
  ])('says of an answer that is not the same: $why', async ({ why, options }) => {
    const { lines } = await collect(source, options());
    const different = lines.filter(({ line }) => line.same?.cause !== null);
    expect(different.length).toBeGreaterThan(0);
    expect(new Set(different.map(({ line }) => line.same?.cause))).toEqual(new Set([why]));
  });

  it('counts a request once that was recorded twice', async () => {
    const again = new StreamRecords();
    for (const record of live.log.records) again.add(topicOf(record), record.key ?? '', record.value, { at: record.timestamp });
    const [repeated] = live.log.records.filter((record) => !isFolded(record));
    again.add(topics.feedServed, repeated!.key ?? '', repeated!.value, { at: repeated!.timestamp });
    const { lines, summary } = await collect(new ListSource(again.records));
    expect(lines).toHaveLength(live.requests.length);
    expect(summary?.stream.records['feed.served.v1']).toEqual({ kept: live.requests.length, repeated: 1 });
  });

  it('passes over what can not be read', async () => {
    const odd = new StreamRecords();
    for (const record of live.log.records) odd.add(topicOf(record), record.key ?? '', record.value, { at: record.timestamp });
    const at = live.end;
    for (const topic of [topics.papers, topics.interactions, topics.feedServed]) odd.add(topic, readerRef('odd'), '{"no":', { at });
    const { lines, summary } = await collect(new ListSource(odd.records));
    expect(lines.every(({ line }) => line.same?.order === true)).toBe(true);
    expect(summary?.stream.records).toMatchObject({
      'papers.v1': { unreadable: 1 },
      'interactions.v1': { unreadable: 1 },
      'feed.served.v1': { unreadable: 1 },
    });
  });
});

const topicOf = ({ topic }: StoredRecord) => Object.values(topics).find(({ name }) => name === topic)!;
