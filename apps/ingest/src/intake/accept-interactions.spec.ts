import fc from 'fast-check';
import { type InteractionEvent, interactionEventSchema, topics } from '#contracts';
import { partitionOf } from '#event-log';
import { createRegistry } from '#telemetry';
import { IngestMetrics } from '../ingest.metrics.js';
import { AcceptInteractions } from './accept-interactions.js';
import { FakeClock, FakeLog } from './fixtures/fake-log.js';
import { IdClaims } from './id-claims.js';
import { InFlight } from './in-flight.js';
import { LogWriter } from './log-writer.js';
import { RecentIds } from './recent-ids.js';

const READER = 'r_abcdefghijklmnopqrstuv';
const TOPIC = topics.interactions.name;

const event = (id: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  input: { id, time: '2025-10-28T09:29:00+00:00', action: 'upvote', target: { kind: 'paper', id: '2510.00001' }, on: true, ...fields },
  readerRef: READER,
  trust: 'server',
});

const setup = (limit = 10_000) => {
  const log = new FakeLog();
  const clock = new FakeClock();
  const inFlight = new InFlight(limit);
  const claims = new IdClaims(new RecentIds(1_000, 60_000, clock));
  const metrics = new IngestMetrics(createRegistry('test', { processMetrics: false }));
  const accept = new AcceptInteractions(new LogWriter(log, inFlight), claims, clock, metrics);
  const send = (...events: unknown[]) => accept.accept({ events, budgetMs: 1_000 }).then(({ results }) => results);
  const written = () => log.values(TOPIC) as InteractionEvent[];
  return { log, clock, inFlight, accept, send, written };
};

describe('AcceptInteractions', () => {
  it('answers accepted with the position, and writes a CloudEvent stamped with our clock and keyed by the reader', async () => {
    const { send, log, written } = setup();
    expect(await send(event('event-0001', { requestId: 'request-1', surface: 'trending', position: 2 }))).toEqual([
      { status: 'accepted', id: 'event-0001', topic: TOPIC, partition: 0, offset: '0' },
    ]);
    const [stored] = written();
    expect(interactionEventSchema.parse(stored)).toEqual(stored);
    expect(stored).toMatchObject({ id: 'event-0001', time: '2025-10-28T09:29:00.000Z', recordedtime: '2025-10-28T09:30:00.000Z' });
    expect(stored?.data).toEqual({
      action: 'upvote',
      target: { kind: 'paper', id: '2510.00001' },
      on: true,
      requestId: 'request-1',
      surface: 'trending',
      position: 2,
      readerRef: READER,
      trust: 'server',
    });
    expect(log.records[0]?.record).toMatchObject({
      key: READER,
      headers: { ce_id: 'event-0001', ce_type: 'org.broadsheet.interaction.v1', ce_time: '2025-10-28T09:29:00.000Z' },
    });
  });

  it('never lets the body say who the reader is', async () => {
    const { send, written } = setup();
    await send(event('event-0001', { readerRef: 'r_somebodyelse0000000000' }));
    expect(written()[0]?.data.readerRef).toBe(READER);
  });

  it.each([
    { why: 'keeps a time in the past', time: '2025-10-01T00:00:00Z', expected: '2025-10-01T00:00:00.000Z' },
    { why: 'keeps a time up to five minutes ahead', time: '2025-10-28T09:35:00Z', expected: '2025-10-28T09:35:00.000Z' },
    { why: 'clamps a time further ahead to ours', time: '2025-10-28T09:35:00.001Z', expected: '2025-10-28T09:30:00.000Z' },
    { why: 'clamps a time in the far future to ours', time: '9999-12-31T23:59:59Z', expected: '2025-10-28T09:30:00.000Z' },
    { why: 'writes every time in UTC', time: '2025-10-28T11:29:00.123456+02:00', expected: '2025-10-28T09:29:00.123Z' },
  ])('$why', async ({ time, expected }) => {
    const { send, written } = setup();
    await send(event('event-0001', { time }));
    expect(written()[0]?.time).toBe(expected);
  });

  it.each([
    { why: 'an unknown action', bad: event('event-0001', { action: 'explode' }), field: 'action' },
    { why: 'a state action without on', bad: event('event-0001', { on: undefined }), field: 'on' },
    { why: 'an id with a slash', bad: event('a/b/c/d/e/f'), field: 'id' },
    { why: 'no id', bad: event('event-0001', { id: undefined }), field: 'id' },
    { why: 'a broken time', bad: event('event-0001', { time: 'yesterday' }), field: 'time' },
    { why: 'a field that we do not know', bad: event('event-0001', { stars: 5 }), field: 'stars' },
    { why: 'half a surrogate pair', bad: event('event-0001', { client: 'web \ud83d' }), field: 'client' },
    { why: 'a reader that is none', bad: { ...event('event-0001'), readerRef: 'alice' }, field: 'readerRef' },
    { why: 'something that is no event', bad: null, field: '' },
  ])('refuses $why with its field, and takes the events beside it', async ({ bad, field }) => {
    const { send, written } = setup();
    const results = await send(event('before-0001'), bad, event('after-00001'));
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'refused', 'accepted']);
    expect(results[1]).toMatchObject({ code: 'INTAKE_INVALID', field, retryable: false });
    expect(written().map(({ id }) => id)).toEqual(['before-0001', 'after-00001']);
  });

  it.each([
    { why: 'no events', message: { events: [], budgetMs: 1_000 } },
    { why: '1,001 events', message: { events: Array.from({ length: 1_001 }, (_, i) => event(`event-${i}0000`)), budgetMs: 1_000 } },
    { why: 'no budget', message: { events: [event('event-0001')] } },
    { why: 'nothing', message: undefined },
  ])('refuses a message with $why as a whole', async ({ message }) => {
    const { accept, log } = setup();
    await expect(accept.accept(message)).rejects.toMatchObject({ code: 'INTAKE_MESSAGE', retryable: false });
    expect(log.records).toEqual([]);
  });

  it('refuses an id that the same reader used for another event, within and across batches', async () => {
    const { send, written } = setup();
    const reused = { status: 'refused', id: 'event-0001', code: 'EVENT_ID_REUSED', field: 'id', retryable: false };
    expect((await send(event('event-0001'), event('event-0001', { on: false })))[1]).toMatchObject(reused);
    expect((await send(event('event-0001', { action: 'hide' })))[0]).toMatchObject(reused);
    expect((await send(event('event-0001', { target: { kind: 'paper', id: '2510.00002' } })))[0]).toMatchObject(reused);
    expect((await send(event('event-0001')))[0]).toMatchObject({ status: 'duplicate' });
    expect(written()).toHaveLength(1);
  });

  it('takes the same id from two readers: they made it up independently', async () => {
    const { send, written } = setup();
    const other = { ...event('event-0001'), readerRef: 'r_otherreader00000000000' };
    expect((await send(event('event-0001'), other)).map(({ status }) => status)).toEqual(['accepted', 'accepted']);
    expect(written()).toHaveLength(2);
  });

  it.each([
    { why: 'a time far ahead', time: '9999-12-31T23:59:59Z', remarks: { adjusted: { field: 'time', stored: '2025-10-28T09:30:00.000Z' } } },
    { why: 'an event too late to count', time: '2025-10-20T00:00:00Z', remarks: { late: true } },
  ])('says of $why what became of it', async ({ time, remarks }) => {
    const { send } = setup();
    expect((await send(event('event-0001', { time })))[0]).toMatchObject({ status: 'accepted', ...remarks });
  });

  it('answers duplicate within and across batches, and writes each id once', async () => {
    const { send, written } = setup();
    const first = await send(event('event-0001'), event('event-0001', { time: '2025-10-28T09:29:30Z' }), event('event-0002'));
    expect(first.map(({ status }) => status)).toEqual(['accepted', 'duplicate', 'accepted']);
    expect((await send(event('event-0002'), event('event-0003'))).map(({ status }) => status)).toEqual(['duplicate', 'accepted']);
    expect(written().map(({ id }) => id)).toEqual(['event-0001', 'event-0002', 'event-0003']);
  });

  it('says of a duplicate up to where the log must be read to have seen the first', async () => {
    const { send, log } = setup();
    log.partitionOf = (key) => partitionOf(key, topics.interactions.partitions);
    await send(event('event-0001'), event('event-0002'));
    const [again] = await send(event('event-0001'));
    expect(again).toEqual({
      status: 'duplicate',
      id: 'event-0001',
      upTo: { topic: TOPIC, partition: log.partitionOf(READER), offset: '1' },
    });
  });

  it('takes the same id again after a write that failed', async () => {
    const { send, log, written } = setup();
    log.failing = true;
    const failed = await send(event('event-0001'), event('event-0001'));
    expect(failed).toMatchObject([
      { status: 'refused', code: 'INTAKE_LOG_UNAVAILABLE', retryable: true },
      { status: 'refused', code: 'INTAKE_LOG_UNAVAILABLE', retryable: true },
    ]);
    log.failing = false;
    expect(await send(event('event-0001'))).toMatchObject([{ status: 'accepted' }]);
    expect(written()).toHaveLength(1);
  });

  it('does not call a retry a duplicate before its first try is durable', async () => {
    const { send, log } = setup();
    const open = log.hold();
    const first = send(event('event-0001'));
    const retry = send(event('event-0001'));
    log.failing = true;
    open();
    expect(await first).toMatchObject([{ status: 'refused', code: 'INTAKE_LOG_UNAVAILABLE' }]);
    expect(await retry).toMatchObject([{ status: 'refused', code: 'INTAKE_LOG_UNAVAILABLE', retryable: true }]);
  });

  it('answers at the deadline, and duplicate once the late write is durable after all', async () => {
    const { accept, log, inFlight, send } = setup();
    const open = log.hold();
    const { results } = await accept.accept({ events: [event('event-0001')], budgetMs: 20 });
    expect(results).toMatchObject([{ status: 'refused', code: 'INTAKE_DEADLINE', retryable: true }]);
    expect(inFlight.records).toBe(1);
    open();
    await new Promise(setImmediate);
    expect(inFlight.records).toBe(0);
    expect(await send(event('event-0001'))).toEqual([{ status: 'duplicate', id: 'event-0001' }]);
  });

  it('appends nothing when the time is over before the log is asked, and takes the same id afterwards', async () => {
    const { accept, clock, inFlight, log, send } = setup();
    // The events of a message take longer to read than the caller waits.
    const slow = {
      ...event('event-0001'),
      get trust() {
        clock.pass(30);
        return 'server';
      },
    };
    const { results } = await accept.accept({ events: [slow, event('event-0002')], budgetMs: 20 });
    expect(results).toMatchObject([
      { status: 'refused', code: 'INTAKE_DEADLINE', retryable: true },
      { status: 'refused', code: 'INTAKE_DEADLINE', retryable: true },
    ]);
    expect({ asked: log.asked, inFlight: inFlight.records }).toEqual({ asked: 0, inFlight: 0 });
    expect(await send(event('event-0001'))).toMatchObject([{ status: 'accepted' }]);
  });

  it('lets the log drop what still waits when the time is over', async () => {
    const { accept, log } = setup();
    await accept.accept({ events: [event('event-0001')], budgetMs: 700 });
    expect(log.waits).toEqual([700]);
  });

  it('refuses at once what is over the bound on records under way', async () => {
    const { send, log } = setup(2);
    const open = log.hold();
    const first = send(event('event-0001'), event('event-0002'));
    expect(await send(event('event-0003'))).toMatchObject([{ status: 'refused', code: 'INTAKE_BUSY', retryable: true }]);
    open();
    expect((await first).map(({ status }) => status)).toEqual(['accepted', 'accepted']);
    expect(await send(event('event-0003'))).toMatchObject([{ status: 'accepted' }]);
  });

  it('writes every id exactly once and answers every event, whatever the mix of repeats and bad events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.option(fc.nat(30)), { minLength: 1, maxLength: 20 }), { maxLength: 8 }), async (batches) => {
        const { send, written } = setup();
        const answers = await Promise.all(
          batches.map((batch) => send(...batch.map((n) => (n === null ? {} : event(`event-${1000 + n}`))))),
        );
        expect(answers.map((results) => results.length)).toEqual(batches.map((batch) => batch.length));
        const wanted = new Set(batches.flat().filter((n) => n !== null));
        expect(
          written()
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual([...wanted].map((n) => `event-${1000 + n}`).toSorted());
        expect(answers.flat().filter(({ status }) => status === 'accepted')).toHaveLength(wanted.size);
      }),
      { numRuns: 50 },
    );
  });
});
