import { topics } from '#contracts';
import { ListSource } from '../fixtures/list-source.js';
import { day1, MINUTE, readerRef, StreamRecords } from '../fixtures/stream-records.js';
import type { StreamOptions } from '../stream-options.js';
import type { Check, Finding } from './findings.js';
import { verificationText } from './verification-text.js';
import { verifyStream, type Verification } from './verify-stream.js';

const DAY = 24 * 60 * MINUTE;
const everything: StreamOptions = { source: { kind: 'log' }, range: { kind: 'all' }, where: null, sample: null, seed: 1 };
const { signal } = new AbortController();

/** One of each kind of record, nothing wrong. */
const sound = (): StreamRecords => {
  const stream = new StreamRecords();
  stream.paper('p1', { at: day1 }, { aliases: ['arxiv-1'] });
  stream.paper('p2', { at: day1 });
  stream.withdrawal('p3', { at: day1 });
  stream.served('ada', 'request-1', { at: day1 }, ['p1', 'p2']);
  stream.interaction('ada', { at: day1 + MINUTE }, { action: 'impression', requestId: 'request-1', position: 0 });
  stream.interaction(
    'ada',
    { at: day1 + MINUTE },
    { action: 'impression', requestId: 'request-1', position: 1, target: { kind: 'paper', id: 'p2' } },
  );
  stream.interaction(
    'ada',
    { at: day1 + MINUTE, recorded: day1 + 2 * MINUTE },
    { action: 'open', requestId: 'request-1', position: 1, target: { kind: 'paper', id: 'arxiv-1' } },
  );
  stream.interaction('bob', { at: day1 + MINUTE }, { action: 'save', on: true, target: { kind: 'paper', id: 'p3' }, client: 'web' });
  stream.interaction('bob', { at: day1 + MINUTE }, { action: 'follow', on: true, target: { kind: 'topic', id: 'ai' } });
  return stream;
};

const verified = async (stream: StreamRecords, fields: Partial<StreamOptions> = {}, examples = 3): Promise<Verification> => {
  const verification = await verifyStream({
    source: new ListSource(stream.records),
    options: { ...everything, ...fields },
    examples,
    signal,
  });
  if (verification === null) throw new Error('interrupted');
  return verification;
};
const finding = ({ findings }: Verification, check: Check): Finding => findings.find((each) => each.check === check)!;
const foundIn = ({ findings }: Verification): Record<string, number> =>
  Object.fromEntries(findings.filter(({ found }) => found > 0).map(({ check, found }) => [check, found]));

describe('a verification', () => {
  it('finds nothing in a sound stream, and says where it looked', async () => {
    const verification = await verified(sound());
    expect(foundIn(verification)).toEqual({});
    expect(Object.fromEntries(verification.findings.map(({ check, of }) => [check, of]))).toEqual({
      order: 9,
      partition: 9,
      types: 9,
      'not askable': 1,
      duplicates: 6,
      late: 5,
      'unknown papers': 6,
      'dangling requests': 3,
    });
    expect(verification.records).toEqual({ 'papers.v1': 3, 'feed.served.v1': 1, 'interactions.v1': 5 });
  });

  it.each<[string, Check, string, (stream: StreamRecords) => void, { id: string | null; says: string }]>([
    [
      'an interaction with a paper that nobody spoke of',
      'unknown papers',
      'open',
      (stream) => stream.interaction('ada', { at: day1, id: 'lost-event' }, { target: { kind: 'paper', id: 'p9' } }),
      { id: 'lost-event', says: 'open of p9' },
    ],
    [
      'an answer that does not say how many papers were asked for',
      'not askable',
      'query.limit is required',
      (stream) => stream.served('bob', 'request-2', { at: day1 }, ['p1'], { query: { period: 'day' } }),
      { id: 'request-2', says: 'query.limit is required' },
    ],
    [
      'a slate with such a paper',
      'unknown papers',
      'slot',
      (stream) => stream.served('bob', 'request-2', { at: day1 }, ['p1', 'p9']),
      { id: 'request-2', says: 'slot 1 shows p9' },
    ],
    [
      'an interaction on a request that was never served',
      'dangling requests',
      'open',
      (stream) => stream.interaction('ada', { at: day1, id: 'dangling' }, { requestId: 'request-9' }),
      { id: 'dangling', says: 'open on request request-9' },
    ],
    [
      'an event that was there before',
      'duplicates',
      'interaction',
      (stream) => ['once', 'again'].forEach(() => stream.interaction('ada', { at: day1, id: 'twice-sent' })),
      { id: 'twice-sent', says: 'this interaction was there before' },
    ],
    [
      'a request that was answered twice',
      'duplicates',
      'request',
      (stream) => stream.served('bob', 'request-1', { at: day1 }, ['p1']),
      { id: 'request-1', says: 'this request was there before' },
    ],
    [
      'an event of eight days ago',
      'late',
      'more than 7 days',
      (stream) => stream.interaction('ada', { at: day1 - 8 * DAY, recorded: day1, id: 'late-event' }),
      { id: 'late-event', says: 'happened at 2026-10-24T00:00:00.000Z, recorded at 2026-11-01T00:00:00.000Z' },
    ],
    [
      'an event from a clock that runs ahead',
      'late',
      'before it happened',
      (stream) => stream.interaction('ada', { at: day1 + 1, recorded: day1, id: 'early-event' }),
      { id: 'early-event', says: 'happened at 2026-11-01T00:00:00.001Z, recorded at 2026-11-01T00:00:00.000Z' },
    ],
    [
      'an interaction of a kind that there is not',
      'types',
      `interactions.v1 data.action must be one of upvote, save, hide, follow, mute, rate, seed, impression, open, outbound, dwell, share, search, comment`,
      (stream) => stream.interaction('ada', { at: day1 }, { action: 'like' }),
      {
        id: null,
        says: 'data.action must be one of upvote, save, hide, follow, mute, rate, seed, impression, open, outbound, dwell, share, search, comment',
      },
    ],
    [
      'a record that is no event',
      'types',
      'feed.served.v1 specversion is required',
      (stream) => stream.add(topics.feedServed, readerRef('ada'), {}, { at: day1 }),
      { id: null, says: 'specversion is required' },
    ],
  ])('finds %s', async (_, check, kind, spoil, example) => {
    const stream = sound();
    spoil(stream);
    const verification = await verified(stream);
    const { found, kinds, examples } = finding(verification, check);
    expect(found).toBe(1);
    expect(kinds).toEqual({ [kind]: 1 });
    expect(examples).toEqual([{ at: expect.stringMatching(/^[a-z.]+v1\/\d+\/\d+$/) as string, ...example }]);
    expect(verificationText(verification)).toContain(example.says);
  });

  it('finds a record in a foreign partition, and log times that go back', async () => {
    const stream = sound();
    const last = stream.records.findIndex(({ topic, key }) => topic === topics.interactions.name && key === readerRef('bob'));
    const moved = stream.records[last]!;
    stream.records[last] = { ...moved, partition: (moved.partition + 1) % 12, offset: 1000n };
    stream.interaction('ada', { at: day1 + MINUTE, recorded: day1 + MINUTE });
    const verification = await verified(stream);
    expect(foundIn(verification)).toEqual({ partition: 1, order: 1 });
    expect(finding(verification, 'partition').examples[0]!.says).toBe(`its key belongs to partition ${moved.partition}`);
    expect(finding(verification, 'order').examples[0]!.says).toBe('60000 ms before the record at 2');
  });

  it('counts interactions by lateness and by position', async () => {
    const { lateness, positions } = await verified(sound());
    expect(lateness).toEqual([4, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(positions).toEqual([
      { position: 0, impressions: 1, engagements: 0 },
      { position: 1, impressions: 1, engagements: 1 },
    ]);
  });

  it('looks only at the interactions that are asked for', async () => {
    const stream = sound();
    stream.interaction('ada', { at: day1 }, { requestId: 'request-8', client: 'app' });
    stream.interaction('ada', { at: day1 }, { requestId: 'request-9', client: 'web' });
    expect(finding(await verified(stream, { where: `client == 'web'` }), 'dangling requests')).toMatchObject({ found: 1, of: 1 });
    expect(finding(await verified(stream, { where: `client == 'tv'` }), 'late').of).toBe(0);
    await expect(verified(stream, { where: `arm == 'a'` })).rejects.toThrow('a record of an interaction has no arm');
  });

  it('takes a heartbeat for what it is', async () => {
    const stream = sound();
    stream.interaction('ada', { at: day1 + 3 * MINUTE }, { target: { kind: 'paper', id: 'broadsheet-heartbeat' } });
    expect(foundIn(await verified(stream))).toEqual({});
  });

  it('shows a few examples of each kind and counts all', async () => {
    const stream = sound();
    for (let more = 0; more < 9; more++) {
      stream.interaction('ada', { at: day1 }, { requestId: `request-9${more}` });
      stream.interaction('ada', { at: day1 }, { requestId: `request-9${more}`, action: 'share' });
    }
    const { found, kinds, examples } = finding(await verified(stream, {}, 2), 'dangling requests');
    expect([found, kinds, examples.length]).toEqual([18, { open: 9, share: 9 }, 4]);
  });

  it('says what it can not look for: the archive has no served requests', async () => {
    const stream = sound();
    const source = new ListSource(stream.records.filter(({ topic }) => topic !== topics.feedServed.name));
    const bounds = await source.bounds();
    const without = (positions: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(positions).filter(([key]) => !key.startsWith(topics.feedServed.name)));
    source.bounds = () => Promise.resolve({ earliest: without(bounds.earliest), end: without(bounds.end) });
    const verification = await verifyStream({ source, options: everything, examples: 3, signal });
    expect(verification?.findings.find(({ check }) => check === 'dangling requests')).toMatchObject({
      found: 0,
      of: 0,
      unchecked: 'the log has no feed.served.v1',
    });
  });
});
