import { topics } from '#contracts';
import { RangeGoneFailure } from '#event-log';
import { ListSource } from './fixtures/list-source.js';
import { day1, MINUTE, StreamRecords } from './fixtures/stream-records.js';
import { completeSinceOf } from './resolve-range.js';
import type { RangeChoice } from './stream.js';

const DAY = 24 * 60 * MINUTE;
const stream = new StreamRecords();
stream.paper('p1', { at: day1 });
for (let hour = 0; hour < 24 * 20; hour++) stream.interaction('ada', { at: day1 + hour * 60 * MINUTE });
const ours = stream.records.at(-1)!.partition;
const key = `${topics.interactions.name}/${ours}`;

/** Of ada's partition: offsets are hours since the beginning. */
const resolved = async (choice: RangeChoice, kept = '0'): Promise<[string, string]> => {
  const { from, to } = await new ListSource(stream.records, { [key]: kept }, day1 + 20 * DAY).resolve(choice);
  return [from[key] ?? 'none', to[key] ?? 'none'];
};

describe('the positions of a range', () => {
  it.each<[string, RangeChoice, [string, string]]>([
    ['everything', { kind: 'all' }, ['0', '480']],
    ['the last day', { kind: 'last', ms: DAY }, ['456', '480']],
    ['recorded between two times', { kind: 'recorded', from: day1 + DAY, to: day1 + 2 * DAY }, ['24', '48']],
    ['recorded up to a time', { kind: 'recorded', from: null, to: day1 + DAY }, ['0', '24']],
    ['recorded after everything', { kind: 'recorded', from: day1 + 90 * DAY, to: null }, ['480', '480']],
    [
      'happened between two times: wide enough for what came late or with a fast clock',
      { kind: 'event', from: day1 + DAY, to: day1 + 2 * DAY },
      ['24', String(9 * 24)],
    ],
    ['happened after a time that is four minutes past the hour', { kind: 'event', from: day1 + DAY + 4 * MINUTE, to: null }, ['24', '480']],
    ['positions', { kind: 'positions', from: { [key]: '7' }, to: { [key]: '8' } }, ['7', '8']],
    ['positions from one on', { kind: 'positions', from: { [key]: '7' }, to: {} }, ['7', '480']],
  ])('%s', async (_, choice, expected) => {
    expect(await resolved(choice)).toEqual(expected);
  });

  it('name every partition, also those without a record', async () => {
    const { from, to } = await new ListSource(stream.records).resolve({ kind: 'recorded', from: day1, to: day1 + DAY });
    expect([Object.keys(from).length, Object.keys(to).length]).toEqual([30, 30]);
    expect(to[`${topics.papers.name}/0`]).toMatch(/^[01]$/);
  });

  it.each<[string, RangeChoice]>([
    ['positions before what is kept', { kind: 'positions', from: { [key]: '99' }, to: {} }],
    ['positions after the end', { kind: 'positions', from: {}, to: { [key]: '481' } }],
    ['positions of a partition that there is not', { kind: 'positions', from: { 'papers.v1/6': '0' }, to: {} }],
    ['positions that end before they begin', { kind: 'positions', from: { [key]: '200' }, to: { [key]: '150' } }],
    ['a time before the first that is kept', { kind: 'recorded', from: day1 + 99 * 60 * MINUTE, to: null }],
    ['more days than are kept', { kind: 'last', ms: 19 * DAY }],
  ])('%s are gone, and that is no empty answer', async (_, choice) => {
    await expect(resolved(choice, '100')).rejects.toThrow(RangeGoneFailure);
    await expect(resolved(choice, '100')).rejects.toMatchObject({ retryable: false, details: { earliest: expect.any(String) as unknown } });
  });

  it('are there where everything asked for is kept, whatever was removed before', async () => {
    expect(await resolved({ kind: 'recorded', from: day1 + 101 * 60 * MINUTE, to: null }, '100')).toEqual(['101', '480']);
    expect(await resolved({ kind: 'positions', from: { [key]: '100' }, to: {} }, '100')).toEqual(['100', '480']);
    expect(await resolved({ kind: 'positions', from: { [key]: '5' }, to: { [key]: '5' } }, '100')).toEqual(['5', '5']);
    expect(await resolved({ kind: 'all' }, '100')).toEqual(['100', '480']);
  });

  it('are those of a copy for the whole time that it was made of', async () => {
    const source = new ListSource(stream.records, { [key]: '24' });
    source.completeSince = () => day1 + DAY;
    expect((await source.resolve({ kind: 'recorded', from: day1 + DAY, to: null })).from[key]).toBe('24');
    await expect(source.resolve({ kind: 'recorded', from: day1 + DAY - 1, to: null })).rejects.toThrow(RangeGoneFailure);
  });

  it.each<[RangeChoice, number | null]>([
    [{ kind: 'all' }, null],
    [{ kind: 'positions', from: {}, to: {} }, null],
    [{ kind: 'recorded', from: day1, to: null }, day1],
    [{ kind: 'recorded', from: null, to: day1 }, null],
    [{ kind: 'event', from: day1, to: null }, day1 - 5 * MINUTE],
    [{ kind: 'last', ms: DAY }, day1 + 19 * DAY],
  ])('of %j are complete since %p', (choice, since) => {
    expect(completeSinceOf(choice, new ListSource([], {}, day1 + 20 * DAY))).toBe(since);
  });
});
