import { RangeGoneFailure } from '#event-log';
import { ListSource } from '../fixtures/list-source.js';
import { day1, MINUTE, StreamRecords } from '../fixtures/stream-records.js';
import type { StreamOptions } from '../stream-options.js';
import { planStream, type StreamPlan } from './plan-stream.js';
import { planText } from './plan-text.js';

const everything: StreamOptions = { source: { kind: 'log' }, range: { kind: 'all' }, where: null, sample: null, seed: 1 };
const { signal } = new AbortController();

const stream = new StreamRecords();
stream.paper('p1', { at: day1 });
stream.withdrawal('p2', { at: day1 });
stream.add({ name: 'papers.v1', partitions: 6, cleanup: 'compact' }, 'p3', 'no JSON', { at: day1 });
for (let minute = 0; minute < 10; minute++)
  stream.interaction(
    'ada',
    { at: day1 + minute * MINUTE, recorded: day1 + (minute + 1) * MINUTE },
    { action: minute % 2 === 0 ? 'open' : 'share' },
  );
stream.served('ada', 'request-1', { at: day1 }, ['p1']);
stream.served('bob', 'request-2', { at: day1 }, ['p1'], { surface: 'trending' });
const ada = stream.records.find(({ topic }) => topic === 'interactions.v1')!.partition;

const planned = async (fields: Partial<StreamOptions> = {}, source = new ListSource(stream.records)): Promise<StreamPlan> => {
  const plan = await planStream({ source, options: { ...everything, ...fields }, signal });
  if (plan === null) throw new Error('interrupted');
  return plan;
};

describe('a plan', () => {
  it('counts records, bytes, times and schemas of every topic', async () => {
    const { topics } = await planned();
    const bytes = (topic: string): number =>
      stream.records
        .filter((record) => record.topic === topic)
        .reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);
    expect(topics.map(({ topic, records, bytes: found }) => [topic, records, found])).toEqual(
      [
        ['feed.served.v1', 2],
        ['interactions.v1', 10],
        ['papers.v1', 3],
      ].map(([topic, records]) => [topic, records, bytes(String(topic))]),
    );
    expect(topics[1]).toMatchObject({
      partitions: 12,
      gaps: { stretches: 0, offsets: 0 },
      recorded: { first: day1 + MINUTE, last: day1 + 10 * MINUTE },
      happened: { first: day1, last: day1 + 9 * MINUTE },
      schemas: { 'urn:broadsheet:schema:interaction:1': 10 },
    });
    expect(topics[2]!.schemas).toEqual({ none: 1, 'urn:broadsheet:schema:paper:1': 1, withdrawal: 1 });
  });

  it('counts gaps: offsets in the range that have no record, also at its ends', async () => {
    const holed = stream.records.filter(({ topic, offset }) => topic !== 'interactions.v1' || ![0n, 3n, 4n, 8n].includes(offset));
    const { partitions } = await planned({}, new ListSource(holed));
    const partition = partitions.find(({ topic, partition: number }) => topic === 'interactions.v1' && number === ada);
    expect(partition).toMatchObject({ from: '0', to: '10', records: 6, gaps: { stretches: 3, offsets: 4 }, kept: { from: '0', to: '10' } });
  });

  it('is about the range only', async () => {
    const { topics, partitions } = await planned({ range: { kind: 'recorded', from: day1 + 2 * MINUTE, to: day1 + 4 * MINUTE } });
    expect(topics.map(({ records }) => records)).toEqual([0, 2, 0]);
    expect(partitions.find(({ records }) => records > 0)).toMatchObject({ from: '1', to: '3', kept: { from: '0', to: '10' } });
  });

  it('says what a run would be about', async () => {
    expect((await planned()).kept).toEqual({ requests: { 'for-you': 1, trending: 1 }, interactions: { open: 5, share: 5 } });
    expect((await planned({ where: `surface == 'trending'` })).kept).toEqual({ requests: { trending: 1 }, interactions: {} });
    expect((await planned({ where: `action == 'open'` })).kept).toEqual({ requests: null, interactions: { open: 5 } });
    const event: StreamOptions['range'] = { kind: 'event', from: day1 + 8 * MINUTE, to: null };
    expect((await planned({ range: event })).kept).toEqual({ requests: {}, interactions: { open: 1, share: 1 } });
  });

  it('reads as tables, with a word on what is not kept any more', async () => {
    const key = `interactions.v1/${ada}`;
    const text = planText(await planned({}, new ListSource(stream.records, { [key]: '4' })));
    expect(text).toMatch(/^interactions\.v1 +6 /m);
    expect(text).toMatch(new RegExp(`^${key} +4 +10 +4 +10 +6 `, 'm'));
    expect(text).toContain('1 partition(s) begin in the range where the source begins: what was before is not kept any more');
    expect(text).toContain('requests kept: 2 (for-you 1, trending 1)');
  });

  it('does not pass over a range that is gone, and stops when asked to', async () => {
    const cut = new ListSource(stream.records, { [`interactions.v1/${ada}`]: '4' });
    await expect(planned({ range: { kind: 'recorded', from: day1, to: null } }, cut)).rejects.toThrow(RangeGoneFailure);
    expect(await planStream({ source: cut, options: everything, signal: AbortSignal.abort() })).toBeNull();
  });
});
