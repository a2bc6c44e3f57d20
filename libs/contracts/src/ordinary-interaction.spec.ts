import fc from 'fast-check';
import { interactionEventSchema } from './events.js';
import { actions, interactionDataSchema, targetKinds } from './interaction.js';
import { ordinaryFields, ordinaryInteraction } from './ordinary-interaction.js';
import { isOrdinaryTimestamp } from './ordinary-timestamp.js';
import { surfaces, timestampSchema } from './scalars.js';

const event = (data: object = {}, envelope: object = {}): Record<string, unknown> => ({
  specversion: '1.0',
  id: '0193f7a2-aaaa-7bbb-8ccc-0123456789ab',
  source: 'urn:broadsheet:gateway',
  type: 'org.broadsheet.interaction.v1',
  time: '2026-11-24T16:21:08.123Z',
  recordedtime: '2026-11-24T16:21:08.456Z',
  datacontenttype: 'application/json',
  dataschema: 'urn:broadsheet:schema:interaction:1',
  ...envelope,
  data: { action: 'open', target: { kind: 'paper', id: '2510.00001' }, readerRef: `r_${'a'.repeat(43)}`, trust: 'server', ...data },
});

/** As it would come out of the log. */
const written = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    ' ',
    '1.0',
    'paper',
    'a'.repeat(64),
    'a'.repeat(65),
    'a'.repeat(300),
    'application/json',
    true,
    false,
    0,
    -1,
    1,
    5,
    10_000,
    10_001,
    0.5,
    86_401,
  ),
  fc.constantFrom(...actions, ...surfaces, ...targetKinds, 'client', 'server'),
  fc.jsonValue(),
);
const one = (...usual: readonly unknown[]) => fc.constantFrom(...usual);
const absentOr = (...usual: readonly unknown[]) => fc.constantFrom(undefined, ...usual);

const usualData = fc.record({
  action: one(...actions, 'open', 'impression', 'outbound'),
  target: fc.record({ kind: one('paper', 'paper', 'paper', 'topic'), id: one('2510.00001', '10.1/x(2)') }),
  on: absentOr(undefined, undefined, true, false),
  value: absentOr(3, 5, 0, 12.5),
  sessionId: absentOr('s1'),
  requestId: absentOr('request-0001'),
  position: absentOr(0, 3),
  surface: absentOr(...surfaces),
  client: absentOr('web'),
  readerRef: one(`r_${'a'.repeat(22)}`),
  trust: one('server', 'client'),
});
const usualEnvelope = fc.record({
  time: one(
    '2026-11-24T16:21:08.123Z',
    '2026-12-31T23:59:59.999Z',
    '2026-11-24T16:21:08Z',
    '2024-02-29T00:00:00.000Z',
    '2026-11-24T16:21:08.123+01:00',
  ),
  recordedtime: one('2026-11-24T16:21:08.123Z'),
});
/** Up to two fields that are not what belongs there. */
const oddFields = (...names: readonly string[]) =>
  fc.oneof(
    fc.constant({}),
    fc.array(fc.tuple(fc.constantFrom(...names), odd), { minLength: 1, maxLength: 2 }).map((fields): object => Object.fromEntries(fields)),
  );

const events = fc
  .tuple(
    usualData,
    usualEnvelope,
    oddFields(...ordinaryFields.data, 'self', 'later'),
    oddFields(...ordinaryFields.envelope, 'subject', 'traceparent'),
    fc.option(oddFields('kind', 'id', 'later'), { freq: 5 }),
  )
  .map(([data, envelope, oddData, oddEnvelope, oddTarget]) => {
    const whole = event({ ...data, target: { ...(data.target as object), ...oddTarget }, ...oddData }, envelope);
    return { ...whole, ...oddEnvelope };
  });

describe('ordinaryInteraction', () => {
  it('answers only what the schema answers, whatever the record says', () => {
    let answered = 0;
    fc.assert(
      fc.property(events, (value) => {
        const input = written(value);
        const quick = ordinaryInteraction(input);
        if (quick === null) return;
        answered += 1;
        expect(quick).toStrictEqual(interactionEventSchema.parse(input));
      }),
      { numRuns: 20_000 },
    );
    expect(answered).toBeGreaterThan(500);
  });

  it('answers nothing that is not even an event', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(ordinaryInteraction(value)).toBeNull();
      }),
    );
  });

  it.each([
    { why: 'an impression', data: { action: 'impression', position: 4, surface: 'for-you', requestId: 'request-0001', client: 'web' } },
    { why: 'a vote', data: { action: 'upvote', on: true } },
    { why: 'a vote taken back', data: { action: 'upvote', on: false } },
    { why: 'a dwell', data: { action: 'dwell', value: 12.5, sessionId: 's' } },
    { why: 'what a client says', data: { action: 'open', trust: 'client' } },
  ])('answers $why', ({ data }) => {
    const input = written(event(data));
    expect(ordinaryInteraction(input)).toStrictEqual(interactionEventSchema.parse(input));
  });

  it.each([
    { why: 'a field that only the schema may know', input: event({ later: 1 }) },
    { why: 'an extension of the envelope', input: event({}, { traceparent: 'x' }) },
    { why: 'a broken rule of the action', input: event({ action: 'upvote' }) },
    { why: 'another target than a paper', input: event({ action: 'follow', on: true, target: { kind: 'topic', id: 'vision' } }) },
    { why: 'a number that JSON can not hold', input: event({ value: Infinity }) },
  ])('leaves $why to the schema', ({ input }) => {
    expect(ordinaryInteraction(input)).toBeNull();
  });

  it('knows fields of the schema only', () => {
    const data = Object.keys(interactionDataSchema.shape);
    const envelope = Object.keys(interactionEventSchema.shape);
    expect(ordinaryFields.data.filter((field) => !data.includes(field))).toEqual([]);
    expect(ordinaryFields.envelope.filter((field) => !envelope.includes(field))).toEqual([]);
  });
});

describe('isOrdinaryTimestamp', () => {
  it('says yes only where the schema does, and to nearly every moment that we write', () => {
    const near = fc
      .tuple(
        fc.date({ min: new Date('1970-01-01'), max: new Date('2106-01-01'), noInvalidDate: true }),
        fc.nat(23),
        fc.constantFrom('', '0', '9', 'x', '3', '-', 'Z'),
      )
      .map(([date, at, char]) =>
        char === '' ? date.toISOString() : `${date.toISOString().slice(0, at)}${char}${date.toISOString().slice(at + 1)}`,
      );
    fc.assert(
      fc.property(near, (text) => {
        if (isOrdinaryTimestamp(text)) expect(timestampSchema.safeParse(text).success).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(isOrdinaryTimestamp('2026-12-31T23:59:59.999Z')).toBe(true);
    expect(isOrdinaryTimestamp('2024-02-29T00:00:00.000Z')).toBe(false);
  });
});
