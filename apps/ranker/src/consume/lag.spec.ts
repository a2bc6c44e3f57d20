import { LagMeter } from './lag.js';

const HOUR = 3_600_000;

const meter = (lag: Readonly<Record<string, bigint>>, waiting: Readonly<Record<string, number>>): LagMeter => {
  const built = new LagMeter();
  built.follow({ lag: () => new Map(Object.entries(lag)), waiting: () => new Map(Object.entries(waiting)) });
  return built;
};

describe('LagMeter', () => {
  it.each([
    { why: 'nothing is known', lag: {}, waiting: {}, expected: { records: 0n, seconds: 0 } },
    { why: 'all is folded', lag: { 'papers.v1/0': 0n, 'papers.v1/1': 0n }, waiting: {}, expected: { records: 0n, seconds: 0 } },
    {
      why: 'two are behind: the older counts',
      lag: { 'papers.v1/0': 2n, 'papers.v1/1': 3n },
      waiting: { 'papers.v1/0': HOUR - 6_000, 'papers.v1/1': HOUR - 3_000 },
      expected: { records: 5n, seconds: 6 },
    },
  ])('$why', ({ lag, waiting, expected }) => {
    expect(meter(lag, waiting).now(HOUR)).toEqual(expected);
  });

  it('is the age of the one record that waits, however long the partition was idle before', () => {
    const built = meter({ 'interactions.v1/3': 1n }, { 'interactions.v1/3': HOUR - 200 });
    built.folded('interactions.v1', 3, 1_000);
    expect(built.now(HOUR).seconds).toBeCloseTo(0.2);
  });

  it('shrinks within a batch as its records are folded', () => {
    const built = meter({ 'interactions.v1/3': 500n }, { 'interactions.v1/3': HOUR - 9_000 });
    built.folded('interactions.v1', 3, HOUR - 2_000);
    expect(built.now(HOUR).seconds).toBe(2);
  });

  it('grows from when it was first seen while nothing of the partition arrives', () => {
    const built = meter({ 'interactions.v1/3': 1n }, {});
    expect(built.now(HOUR).seconds).toBe(0);
    expect(built.now(HOUR + 4_000).seconds).toBe(4);
  });
});
