import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../cli/command.js';
import type { AskedRequest } from '../rerank/engine-types.js';
import { day1, MINUTE, readerRef } from './fixtures/stream-records.js';
import { readSample } from './selection/reader-sample.js';
import { keepOf, readStreamOptions, type StreamOptions, type StreamValues } from './stream-options.js';

const request = (reader: number, fields: Partial<AskedRequest> = {}): AskedRequest => ({
  requestId: `request-${reader}`,
  at: day1,
  surface: 'for-you',
  readerRef: readerRef(`reader${reader}`),
  arm: 'live',
  served: null,
  chosen: null,
  ...fields,
});
const options = (fields: Partial<StreamOptions>): StreamOptions => ({
  source: { kind: 'log' },
  range: { kind: 'all' },
  where: null,
  sample: null,
  seed: 1,
  ...fields,
});

describe('the options of a stream', () => {
  it.each<[string, StreamValues, Partial<StreamOptions>]>([
    ['nothing: all of the live log', {}, {}],
    ['an exported file', { source: 'file:out/x' }, { source: { kind: 'file', folder: 'out/x' } }],
    ['the archive', { source: 'archive' }, { source: { kind: 'archive' } }],
    ['the last week', { last: '7d' }, { range: { kind: 'last', ms: 7 * 86_400_000 } }],
    ['a day on', { from: '2026-11-01' }, { range: { kind: 'event', from: day1, to: null } }],
    ['between times', { from: '2026-11-01', to: '2026-11-01T01:01:00+01:00' }, { range: { kind: 'event', from: day1, to: day1 + MINUTE } }],
    ['what was taken before', { 'recorded-to': '2026-11-01' }, { range: { kind: 'recorded', from: null, to: day1 } }],
    ['part of the readers', { sample: 'readers=2.5%', seed: '7' }, { sample: 0.025, seed: 7 }],
    ['a condition', { where: 'hour == 1' }, { where: 'hour == 1' }],
  ])('%s', async (_, values, expected) => {
    expect(await readStreamOptions(values)).toEqual(options(expected));
  });

  it.each<[StreamValues, string]>([
    [{ source: 'kafka' }, '--source kafka: must be log, archive or file:DIR'],
    [{ source: 'file:' }, '--source file:: must be'],
    [{ last: '7 days' }, '--last 7 days: must be a whole number and s, m, h, d or w, such as 7d'],
    [{ last: '0d' }, '--last 0d'],
    [{ from: 'yesterday' }, '--from yesterday: must be a day such as'],
    [{ from: '2026-11-02', to: '2026-11-01' }, '--to 2026-11-01: must be after --from 2026-11-02'],
    [{ from: '2026-11-02', last: '1d' }, '--from/--to and --last: give a range in one way only'],
    [{ positions: '/nowhere.json' }, '--positions /nowhere.json: can not be read'],
    [{ sample: '5%' }, '--sample 5%: must be readers=PERCENT%'],
    [{ sample: 'readers=0%' }, '--sample readers=0%'],
    [{ seed: '-1' }, '--seed -1: must be a whole number from 0'],
    [{ where: 'hour' }, '--where "hour"'],
  ])('%j can not be meant', async (values, why) => {
    await expect(readStreamOptions(values)).rejects.toThrow(UsageError);
    await expect(readStreamOptions(values)).rejects.toThrow(why);
  });

  it("takes positions from a file of one's own and from a manifest", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'positions-'));
    const [from, to] = [{ 'papers.v1/0': '3' }, { 'papers.v1/0': '9' }];
    const path = join(folder, 'positions.json');
    for (const [content, expected] of [
      [{ from }, { from, to: {} }],
      [
        { range: { from, to, first: null }, seed: 1 },
        { from, to },
      ],
    ]) {
      await writeFile(path, JSON.stringify(content));
      expect((await readStreamOptions({ positions: path })).range).toEqual({ kind: 'positions', ...expected });
    }
    await writeFile(path, '{"from": {"papers.v1/0": 3}}');
    await expect(readStreamOptions({ positions: path })).rejects.toThrow(UsageError);
    await rm(folder, { recursive: true });
  });
});

describe('which requests are kept', () => {
  it('those of the times, the end left out, where times are when things happened', () => {
    const keep = keepOf(options({ range: { kind: 'event', from: day1, to: day1 + MINUTE } }), 'served');
    expect([-1, 0, MINUTE - 1, MINUTE].map((late) => keep(request(1, { at: day1 + late })))).toEqual([false, true, true, false]);
  });

  it('those that the condition holds for', () => {
    const keep = keepOf(options({ where: `surface == 'trending' || arm == 'b'` }), 'served');
    expect([keep(request(1)), keep(request(1, { surface: 'trending' })), keep(request(1, { arm: 'b' }))]).toEqual([false, true, true]);
  });

  it('and a condition on what requests never have is refused', () => {
    const asked = options({ where: `action == 'save'` });
    expect(() => keepOf(asked, 'served')).toThrow('a request that was served has no action');
    expect(() => keepOf(asked, 'interactions')).not.toThrow();
  });

  it('of a sample always the same readers, about as many as asked, another seed others, a larger sample these and more', () => {
    const kept = (sample: string, seed = 1): number[] => {
      const keep = keepOf(options({ sample: readSample(sample), seed }), 'served');
      return Array.from({ length: 2000 }, (_, reader) => reader).filter((reader) => keep(request(reader)));
    };
    const five = kept('readers=5%');
    expect(five.length).toBeGreaterThan(70);
    expect(five.length).toBeLessThan(130);
    expect(kept('readers=5%')).toEqual(five);
    expect(kept('readers=5%', 2)).not.toEqual(five);
    expect(kept('readers=20%')).toEqual(expect.arrayContaining(five));
    expect(kept('readers=100%')).toHaveLength(2000);
  });
});
