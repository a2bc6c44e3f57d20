import type { EpochMs } from '#contracts';
import { RankingState } from '#ranking';
import { plainStateConfig } from '../fixtures/plain-models.js';
import type { Outcome, Trend } from '../files/run-files.js';
import { foldEntry } from '../fold/fold-entry.js';
import { entryOf, type LogEntry } from '../fold/log-entry.js';
import { decodeRecord, HEARTBEAT_PAPER, type InteractionData } from '#contracts';
import { day1, MINUTE, StreamRecords, type EventTimes } from '../stream/fixtures/stream-records.js';
import { AccrualWatch } from './accrual-watch.js';
import { NamedPapers } from './named-papers.js';
import { OutcomeWatch } from './outcome-watch.js';
import { StreamTally } from './stream-tally.js';
import { TrendWatch } from './trend-watch.js';
import type { FoldedEntry, MomentWatch } from './watch.js';

const HOUR = 60 * MINUTE;

/** A timeline by hand: entries are folded one after the other, each at its own time. */
class Hand {
  readonly state = RankingState.empty(plainStateConfig);
  readonly #log = new StreamRecords();

  paper(id: string, at: EpochMs, fields: object = {}): FoldedEntry {
    return this.#fold(this.#log.paper(id, { at }, { publishedAt: '2026-10-01', ...fields }));
  }

  withdrawal(id: string, at: EpochMs): FoldedEntry {
    return this.#fold(this.#log.withdrawal(id, { at }));
  }

  happens(reader: string, times: EventTimes, data: Partial<Record<keyof InteractionData, unknown>>): FoldedEntry {
    return this.#fold(this.#log.interaction(reader, times, data));
  }

  upvote(reader: string, paper: string, at: EpochMs, on = true): FoldedEntry {
    return this.happens(reader, { at }, { action: 'upvote', on, target: { kind: 'paper', id: paper } });
  }

  before: (entry: LogEntry) => void = () => undefined;

  #fold(record: Parameters<typeof decodeRecord>[0] & LogEntry['record']): FoldedEntry {
    const entry = entryOf(record, decodeRecord(record), null);
    this.before(entry);
    return { entry, at: entry.time, outcome: foldEntry(this.state, entry), told: true };
  }
}

const reachUntil = async (watch: MomentWatch, moment: EpochMs): Promise<void> => {
  while (watch.next <= moment) await watch.reach();
};

describe('AccrualWatch', () => {
  it('counts upvotes by age from when readers could first see the paper, null where that is not known', async () => {
    const hand = new Hand();
    const watch = new AccrualWatch(hand.state);
    watch.folded(hand.paper('p1', day1));
    watch.folded(hand.upvote('ada', 'p1', day1 + 30 * MINUTE));
    await reachUntil(watch, day1 + 90 * MINUTE);
    watch.folded(hand.upvote('bob', 'p1', day1 + 90 * MINUTE));
    await reachUntil(watch, day1 + 3 * HOUR);
    watch.folded(hand.upvote('ada', 'p1', day1 + 3 * HOUR, false));
    await reachUntil(watch, day1 + 5 * HOUR);
    expect([...watch.results()]).toEqual([{ paperId: 'p1', upvotes: [1, 2, 1, null, null, null, null, null, null] }]);
  });

  it('begins with the first interaction where that came before the paper, and leaves out ages that had passed', async () => {
    const hand = new Hand();
    const watch = new AccrualWatch(hand.state);
    watch.folded(hand.upvote('ada', 'p1', day1));
    await reachUntil(watch, day1 + 90 * MINUTE);
    watch.folded(hand.paper('p1', day1 + 90 * MINUTE));
    await reachUntil(watch, day1 + 5 * HOUR);
    expect([...watch.results()]).toEqual([{ paperId: 'p1', upvotes: [null, 1, 1, null, null, null, null, null, null] }]);
  });

  it('waits for the day that a paper is listed on', async () => {
    const hand = new Hand();
    const watch = new AccrualWatch(hand.state);
    watch.folded(hand.paper('p1', day1, { listedOn: '2026-11-02' }));
    expect(watch.next).toBe(day1 + 25 * HOUR);
    expect([...watch.results()]).toEqual([]);
  });
});

describe('TrendWatch', () => {
  it('looks at each full hour after the first interaction, until a day after the last', async () => {
    const found: Trend[] = [];
    const watch = new TrendWatch(
      () => Promise.resolve([]),
      (trend) => void found.push(trend),
    );
    const hand = new Hand();
    watch.folded(hand.paper('p1', day1));
    expect(watch.next).toBe(Infinity);
    watch.folded(hand.upvote('ada', 'p1', day1 + 10 * MINUTE));
    await reachUntil(watch, day1 + 100 * HOUR);
    expect(found[0]?.at).toBe('2026-11-01T01:00:00.000Z');
    expect(found).toHaveLength(24);
    watch.folded(hand.upvote('bob', 'p1', day1 + 100 * HOUR));
    expect(watch.next).toBe(day1 + 101 * HOUR);
  });
});

describe('OutcomeWatch', () => {
  const asked = new Map([['request-1', day1]]);
  it.each([
    { why: 'a deed on the request', minutes: 5, requestId: 'request-1', found: 1 },
    { why: 'one by a clock that runs behind', minutes: -4, requestId: 'request-1', found: 1 },
    { why: 'one long before', minutes: -6, requestId: 'request-1', found: 0 },
    { why: 'one too long after', minutes: 61, requestId: 'request-1', found: 0 },
    { why: 'one on another request', minutes: 5, requestId: 'request-2', found: 0 },
  ])('finds $found of $why', ({ minutes, requestId, found }) => {
    const outcomes: Outcome[] = [];
    const watch = new OutcomeWatch(asked, HOUR, (outcome) => void outcomes.push(outcome));
    const folded = new Hand().happens('ada', { at: day1 + minutes * MINUTE }, { requestId, position: 3 });
    void watch.folded(folded);
    void watch.folded({ ...folded, outcome: 'duplicate' });
    void watch.folded({ ...folded, told: false });
    expect(outcomes).toHaveLength(found);
    if (found > 0)
      expect(outcomes[0]).toEqual({
        requestId,
        paperId: 'p1',
        action: 'open',
        at: new Date(day1 + minutes * MINUTE).toISOString(),
        position: 3,
      });
  });
});

describe('StreamTally', () => {
  it('counts a heartbeat as a record, and as nothing that a reader did', () => {
    const hand = new Hand();
    const tally = new StreamTally();
    tally.folded(
      hand.happens('ada', { at: day1, recorded: day1 + 4_000 }, { action: 'open', target: { kind: 'paper', id: HEARTBEAT_PAPER } }),
    );
    const { records, actions, lateness, hours } = tally.summary;
    expect(records).toEqual({ 'interactions.v1': { applied: 1 } });
    expect([actions, hours, lateness.every((count) => count === 0), tally.span.first]).toEqual([{}, {}, true, null]);
  });

  it('counts records, actions, lateness, positions and hours of what is told', () => {
    const hand = new Hand();
    const tally = new StreamTally();
    tally.folded(hand.paper('p1', day1));
    tally.folded({ ...hand.paper('p2', day1), told: false });
    tally.folded(hand.happens('ada', { at: day1, recorded: day1 + 4_000 }, { action: 'impression', position: 2 }));
    tally.folded(hand.happens('ada', { at: day1 + HOUR, recorded: day1 + 30 * HOUR }, { action: 'open', position: 2 }));
    const twice = { id: 'event-twice', at: day1 + HOUR };
    tally.folded(hand.happens('bob', twice, {}));
    tally.folded(hand.happens('bob', twice, {}));
    expect(tally.summary).toEqual({
      records: { 'interactions.v1': { applied: 3, duplicate: 1 }, 'papers.v1': { applied: 1 } },
      actions: { impression: 1, open: 2 },
      lateness: [1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0],
      positions: [{ position: 2, impressions: 1, engagements: 1 }],
      hours: { '2026-11-01T00': 1, '2026-11-01T01': 2 },
    });
    expect(tally.span).toEqual({ first: '2026-11-01T00:00:00.000Z', last: '2026-11-01T01:00:00.000Z' });
  });
});

describe('NamedPapers', () => {
  it('tells of named papers, also of those that were withdrawn, and of none that never came', () => {
    const hand = new Hand();
    const papers = new NamedPapers(hand.state, new Set(['p1', 'p2', 'p9']));
    hand.before = (entry) => papers.before(entry);
    hand.paper('p1', day1, { title: 'One', topics: ['Vision'], organization: { name: 'Lab' } });
    hand.paper('p2', day1, { title: 'Two' });
    hand.paper('p3', day1, { title: 'Three' });
    hand.withdrawal('p2', day1 + 1);
    const since = '2026-10-01T00:00:00.000Z';
    expect([...papers.results()]).toEqual([
      { paperId: 'p1', title: 'One', since, topics: ['Vision'], organization: 'Lab' },
      { paperId: 'p2', title: 'Two', since, topics: [] },
    ]);
  });
});
