import type { EpochMs, Positions } from '#contracts';
import { lagSeconds } from './lag-seconds.js';

const NOW = 1_700_000_000_000;

const followed = (waiting: Readonly<Record<string, EpochMs>>, heard: Readonly<Record<string, EpochMs>>, done: Positions[] = []) => ({
  lag: () => new Map(Object.keys(heard).map((key) => [key, 0n])),
  waiting: (positions?: Positions) => {
    if (positions !== undefined) done.push(positions);
    return new Map(Object.entries(waiting));
  },
  heard: () => new Map(Object.entries(heard)),
});

describe('lagSeconds', () => {
  it.each([
    { why: 'nothing waits', waiting: {}, heard: { 't/0': NOW - 900 }, expected: { 't/0': 0 } },
    { why: 'a record waits', waiting: { 't/0': NOW - 4_500 }, heard: { 't/0': NOW }, expected: { 't/0': 4.5 } },
    { why: 'the clock of the log is ahead of ours', waiting: { 't/0': NOW + 800 }, heard: { 't/0': NOW }, expected: { 't/0': 0 } },
    { why: 'the log is silent', waiting: {}, heard: { 't/0': NOW - 7_000 }, expected: { 't/0': 7 } },
    {
      why: 'the log is silent and an older record waits',
      waiting: { 't/0': NOW - 9_000 },
      heard: { 't/0': NOW - 7_000 },
      expected: { 't/0': 9 },
    },
    {
      why: 'a younger record came before the silence',
      waiting: { 't/0': NOW - 6_000 },
      heard: { 't/0': NOW - 7_000 },
      expected: { 't/0': 7 },
    },
    {
      why: 'a partition was given and could not begin',
      waiting: { 't/1': NOW - 3_000 },
      heard: { 't/0': NOW },
      expected: { 't/0': 0, 't/1': 3 },
    },
  ])('$why', ({ waiting, heard, expected }) => {
    expect(Object.fromEntries(lagSeconds(followed(waiting as Record<string, EpochMs>, heard), NOW))).toEqual(expected);
  });

  it('hands on how far the handler is', () => {
    const done: Positions[] = [];
    lagSeconds(followed({}, {}, done), NOW, { 't/0': '5' });
    expect(done).toEqual([{ 't/0': '5' }]);
  });
});
