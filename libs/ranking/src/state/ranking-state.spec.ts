import fc from 'fast-check';
import { type InteractionEvent } from '#contracts';
import { event, NOON, paper, vectorAlong, type InventedEvent } from '../../fixtures/invented.js';
import { actionCodes } from './action-codes.js';
import { RankingState } from './ranking-state.js';
import { defaultStateConfig, type StateConfig } from './state-config.js';
import { StateSnapshotFailure } from './state-snapshot.failure.js';

const config: StateConfig = { ...defaultStateConfig, dimensions: 8, ringSize: 6, exposureSize: 4, coReaders: 3 };
const PAPERS = ['p1', 'p2', 'p3', 'p4'];

const fold = (events: readonly InteractionEvent[], state = RankingState.empty(config)): RankingState => {
  for (const each of events) state.foldInteraction(each);
  return state;
};

const upvotes = (state: RankingState, id: string): number => state.parts.decayed.upvotesOf(state.parts.papers.numberOf(id));

const trendingOrder = (state: RankingState): string[] => {
  const { decayed, papers } = state.parts;
  decayed.refresh(state.stats.watermark);
  return decayed.top(3, 50, papers.before, () => true).map((number) => papers.idOf(number));
};

const invented = fc.record<InventedEvent>({
  reader: fc.constantFrom('ada', 'bo', 'cy', 'dee', 'eve'),
  action: fc.constantFrom(
    'upvote',
    'save',
    'hide',
    'rate',
    'seed',
    'impression',
    'open',
    'outbound',
    'dwell',
    'share',
    'comment',
    'follow',
    'mute',
    'search',
  ),
  target: fc.constantFrom(...PAPERS),
  // Beside each other, minutes apart, days apart: over the borders of buckets, hours, coarsening and lateness.
  hours: fc.oneof(fc.constantFrom(0, 0, 0.05, 1), fc.integer({ min: -300, max: 300 }), fc.double({ min: -100, max: 100, noNaN: true })),
  delayHours: fc.constantFrom(0, 0, 0.1, 30, 167, 169),
  on: fc.boolean(),
  value: fc.integer({ min: 1, max: 5 }),
  trust: fc.constantFrom('server', 'server', 'client'),
});

const toEvent = (fields: InventedEvent, index: number): InteractionEvent => {
  const { on, ...rest } = fields;
  const state = ['upvote', 'save', 'hide', 'rate', 'seed', 'follow', 'mute'].includes(fields.action);
  const target =
    fields.action === 'search' ? 'topic:attention' : ['follow', 'mute'].includes(fields.action) ? `author:${fields.target}` : fields.target;
  return event({ ...rest, target, ...(state ? { on: on ?? true } : {}), id: `property-${index}` });
};

const history = fc.array(invented, { maxLength: 60 }).map((all) => all.map(toEvent));
const shuffled = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));

/** The same events in another order, some of them again. */
const disordered = (events: readonly InteractionEvent[], keys: Iterator<number>): InteractionEvent[] => {
  const draw = (): number => keys.next().value as number;
  const doubled = events.flatMap((each) => (draw() < 0.3 ? [each, each] : [each]));
  return doubled
    .map((each) => ({ each, key: draw() }))
    .sort((a, b) => a.key - b.key)
    .map(({ each }) => each);
};

describe('RankingState', () => {
  it('does not depend on order or duplicates', () => {
    fc.assert(
      fc.property(history, shuffled, (events, keys) => {
        const straight = fold(events);
        const other = fold(disordered(events, keys[Symbol.iterator]()));
        expect(other.hash()).toBe(straight.hash());
        expect(other.stats).toEqual(straight.stats);
        expect(trendingOrder(other)).toEqual(trendingOrder(straight));
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on how readers are split over partitions that are read at different speeds', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 5 }), (events, partitions) => {
        const byPartition = Array.from({ length: partitions }, (_, p) =>
          events.filter(({ data }) => data.readerRef.charCodeAt(2) % partitions === p),
        );
        expect(fold(byPartition.flat()).hash()).toBe(fold(events).hash());
      }),
    );
  });

  it('does not depend on whether papers come before or after what was done with them', () => {
    const records = PAPERS.map((id, i) => paper({ id, organization: { name: 'Acme' }, submitter: 'sam', upvotes: i }));
    fc.assert(
      fc.property(history, fc.nat(60), (events, at) => {
        const before = RankingState.empty(config);
        for (const record of records) before.foldPaper(record, vectorAlong(1, 8));
        fold(events, before);
        const between = fold(events.slice(0, at));
        for (const record of records.toReversed()) between.foldPaper(record, vectorAlong(1, 8));
        fold(events.slice(at), between);
        expect(between.hash()).toBe(before.hash());
        const acme = (state: RankingState): unknown => state.parts.records.without(state.parts.entities.findCanonical('org', 'ACME')!, 0);
        expect(acme(between)).toEqual(acme(before));
      }),
    );
  });

  it('restores from a snapshot and its tail to what folding from zero gives', () => {
    fc.assert(
      fc.property(history, fc.nat(60), (events, cut) => {
        const whole = RankingState.empty(config);
        for (const id of PAPERS) whole.foldPaper(paper({ id, title: 'Graph attention', authors: ['Zoë', 'zoe'] }), vectorAlong(2, 8));
        fold(events.slice(0, cut), whole);
        whole.advance('interactions.v1', 3, BigInt(cut));
        const restored = RankingState.deserialize(whole.serialize(), config);
        expect(restored.hash()).toBe(whole.hash());
        expect(restored.positions).toEqual(whole.positions);
        fold(events.slice(cut), whole);
        fold(events.slice(Math.max(0, cut - 5)), restored); // redelivered records are duplicates
        expect(restored.hash()).toBe(whole.hash());
        expect(restored.stats).toEqual(whole.stats);
        expect(trendingOrder(restored)).toEqual(trendingOrder(whole));
        const find = (state: RankingState): unknown => state.parts.search.search('zoe attention', 9, state.parts.papers.before, () => true);
        expect(find(restored)).toEqual(find(whole));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the same hash when it is asked often or once', () => {
    fc.assert(
      fc.property(history, (events) => {
        const often = RankingState.empty(config);
        for (const each of events) {
          often.foldInteraction(each);
          often.hash();
        }
        expect(often.hash()).toBe(fold(events).hash());
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the same hash when its work is done in parts while events go on', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 3 }), (events, members) => {
        const inParts = RankingState.empty(config);
        for (const each of events) {
          inParts.foldInteraction(each);
          inParts.prepareHash(members);
        }
        while (inParts.prepareHash(members) > 0);
        expect(inParts.hash()).toBe(fold(events).hash());
      }),
      { numRuns: 50 },
    );
  });

  it('shows every lost event in the hash', () => {
    fc.assert(
      fc.property(history, fc.nat(), (events, at) => {
        const kept = events.filter(({ time, recordedtime }) => Date.parse(recordedtime) - Date.parse(time) <= 7 * 86_400_000);
        fc.pre(kept.length > 0);
        expect(fold(kept.toSpliced(at % kept.length, 1)).hash()).not.toBe(fold(kept).hash());
      }),
    );
  });

  it('gives back the counts of before when a vote is undone, also after its bucket was coarsened', () => {
    const state = fold([
      event({ reader: 'ada', action: 'upvote', target: 'p1', hours: 0 }),
      event({ reader: 'bo', action: 'upvote', target: 'p1', hours: 0.5 }),
    ]);
    const before = Array.from(fold([event({ reader: 'ada', action: 'upvote', target: 'p1' })]).parts.counts.pairsOf(0));
    expect(upvotes(state, 'p1')).toBe(2);
    fold([event({ reader: 'bo', action: 'upvote', target: 'p1', hours: 80, on: false })], state);
    expect(upvotes(state, 'p1')).toBe(1);
    const hourly = Array.from(state.parts.counts.pairsOf(0));
    expect([hourly[1], Math.floor(hourly[0]! / 16 / 6)]).toEqual([before[1], Math.floor(before[0]! / 16 / 6)]);
  });

  it.each([
    { why: 'counts a reader once however often they vote', events: [{}, { hours: 1 }, { hours: 2 }], votes: 1 },
    { why: 'counts no untrusted vote', events: [{ trust: 'client' }], votes: 0 },
    { why: 'lets no untrusted undo take back a trusted vote', events: [{}, { hours: 1, on: false, trust: 'client' }], votes: 1 },
    { why: 'goes by when it happened, not when it came', events: [{ hours: 5, on: false }, { hours: 3 }], votes: 0 },
    { why: 'leaves out what comes more than seven days late', events: [{ delayHours: 169 }], votes: 0 },
    { why: 'counts what comes seven days late to the hour', events: [{ delayHours: 168 }], votes: 1 },
  ] as const)('$why', ({ events, votes }) => {
    expect(upvotes(fold(events.map((fields) => event({ reader: 'ada', action: 'upvote', target: 'p1', ...fields }))), 'p1')).toBe(votes);
  });

  it('says what became of each event', () => {
    const state = RankingState.empty(config);
    const vote = event({ reader: 'ada', action: 'upvote', target: 'p1', hours: 2 });
    expect(state.foldInteraction(vote)).toBe('applied');
    expect(state.foldInteraction(vote)).toBe('duplicate');
    expect(state.foldInteraction(event({ reader: 'ada', action: 'upvote', target: 'p1', hours: 1, on: false }))).toBe('superseded');
    expect(state.foldInteraction(event({ reader: 'ada', action: 'open', target: 'p1', delayHours: 200 }))).toBe('late');
    expect(state.stats.interactions).toBe(2);
  });

  it('counts distinct readers per ten minutes for what can happen often', () => {
    const opens = [0, 0.01, 0.02, 0.3].map((hours) => event({ reader: 'ada', action: 'open', target: 'p1', hours }));
    let counted = 0;
    fold(opens).parts.counts.forEach(0, (_, action, count) => (counted += action === actionCodes.open ? count : 0));
    expect(counted).toBe(2);
  });

  it('treats one id of two readers as two events', () => {
    const both = ['ada', 'bo'].map((reader) => event({ reader, action: 'upvote', target: 'p1', id: 'same-id-00' }));
    expect(upvotes(fold(both), 'p1')).toBe(2);
  });

  it.each(['0000-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '9999-12-31T23:59:59.999Z', '2026-03-10T12:00:00.123456789+14:00'])(
    'never throws on a time that the schema accepts: %s',
    (time) => {
      const odd = { ...event({ reader: 'ada', action: 'open', target: 'p1' }), time, recordedtime: time };
      const ahead = { ...event({ reader: 'ada', action: 'upvote', target: 'p1' }), time };
      const state = fold([odd, ahead]);
      expect(state.hash()).toMatch(/^[0-9a-f]{64}$/);
      expect(RankingState.deserialize(state.serialize(), config).hash()).toBe(state.hash());
    },
  );

  it('holds entity names that are not well-formed text', () => {
    const state = fold([
      event({ reader: 'ada', action: 'follow', target: 'topic:\ud800' }),
      event({ reader: 'ada', action: 'follow', target: 'topic:\ufffd', hours: 1 }),
    ]);
    expect(RankingState.deserialize(state.serialize(), config).hash()).toBe(state.hash());
  });

  it('forgets old event ids only when told, and then leaves out what it can not tell from a duplicate', () => {
    const old = event({ reader: 'ada', action: 'open', target: 'p1', hours: -24 * 20 });
    const state = fold([old, event({ reader: 'ada', action: 'open', target: 'p1' })]);
    expect(state.parts.ids.size).toBe(2);
    state.forgetBefore(NOON);
    expect(state.parts.ids.size).toBe(1);
    const hash = state.hash();
    expect(state.foldInteraction(old)).toBe('late');
    expect(state.hash()).toBe(hash);
  });

  it('skips records below its positions and never moves them back', () => {
    const state = RankingState.empty(config);
    state.advance('papers.v1', 2, 10n);
    state.advance('papers.v1', 2, 7n);
    expect([state.isBehind('papers.v1', 2, 9n), state.isBehind('papers.v1', 2, 10n), state.isBehind('papers.v1', 3, 0n)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(state.positions).toEqual({ 'papers.v1/2': '10' });
  });

  it('withdraws a paper and lets it come back', () => {
    const state = RankingState.empty(config);
    const record = paper({ id: 'p1', topics: ['Vision'] });
    expect(state.foldPaper(record, vectorAlong(0, 8))).toBe('applied');
    expect(state.foldPaper(record, vectorAlong(0, 8))).toBe('duplicate');
    const live = state.hash();
    expect(state.foldPaper({ id: 'p1', withdrawn: true }, null)).toBe('applied');
    expect([state.stats.papers, state.parts.fresh.papers().length, state.parts.search.size, state.parts.vectors.has(0)]).toEqual([
      0,
      0,
      0,
      false,
    ]);
    expect(state.parts.papers.naming(state.parts.entities.findCanonical('topic', 'vision')!)).toEqual([]);
    state.foldPaper(record, vectorAlong(0, 8));
    expect(state.hash()).toBe(live);
  });

  it('drops vectors of another encoder on restore and reads papers again', () => {
    const state = RankingState.empty(config);
    state.foldPaper(paper({ id: 'p1' }), vectorAlong(0, 8));
    state.advance('papers.v1', 0, 1n);
    state.advance('interactions.v1', 0, 5n);
    const restored = RankingState.deserialize(state.serialize(), { ...config, dimensions: 4, encoderVersion: 'encoder@2' });
    expect([restored.vectorsStale, restored.positions, restored.hash()]).toEqual([true, { 'interactions.v1/0': '5' }, state.hash()]);
    expect(restored.foldPaper(paper({ id: 'p1' }), vectorAlong(0, 4))).toBe('applied');
    expect(restored.parts.vectors.has(0)).toBe(true);
  });

  it.each([
    { why: 'a flipped bit', harm: (bytes: Uint8Array) => bytes.with(bytes.length >> 1, bytes[bytes.length >> 1]! ^ 1) },
    { why: 'a cut end', harm: (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 40) },
    { why: 'nothing at all', harm: () => new Uint8Array(0) },
    { why: 'another file', harm: () => new TextEncoder().encode('{"not":"a snapshot, but long enough to carry a checksum"}') },
  ])('refuses to restore from $why', ({ harm }) => {
    const state = fold([event({ reader: 'ada', action: 'upvote', target: 'p1' })]);
    expect(() => RankingState.deserialize(harm(state.serialize()), config)).toThrow(StateSnapshotFailure);
  });

  it('refuses a snapshot of other sizes', () => {
    expect(() => RankingState.deserialize(RankingState.empty(config).serialize(), { ...config, ringSize: 7 })).toThrow(/other sizes/);
  });
});
