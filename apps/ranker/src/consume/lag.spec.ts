import { LagMeter } from './lag.js';

const HOUR = 3_600_000;

const meter = (
  lag: Readonly<Record<string, bigint>>,
  waiting: Readonly<Record<string, number>>,
  heard: Readonly<Record<string, number>> = {},
): LagMeter => {
  const built = new LagMeter(() => ({}));
  built.follow({
    ready: Promise.resolve(),
    lag: () => new Map(Object.entries(lag)),
    waiting: () => new Map(Object.entries(waiting)),
    heard: () => new Map(Object.entries(heard)),
  });
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
  ])('$why', async ({ lag, waiting, expected }) => {
    const built = meter(lag, waiting);
    expect(built.reported(HOUR)).toBeNaN(); // before it has begun
    await Promise.resolve();
    expect(built.now(HOUR)).toEqual(expected);
    expect(built.reported(HOUR)).toBe(expected.seconds);
  });

  it('asks for what waits from where the fold stands, not from where its batch began', () => {
    const asked: unknown[] = [];
    const built = new LagMeter(() => ({ 'interactions.v1/3': '17' }));
    built.follow({
      ready: Promise.resolve(),
      lag: () => new Map([['interactions.v1/3', 500n]]),
      waiting: (done) => {
        asked.push(done);
        return new Map([['interactions.v1/3', HOUR - 2_000]]);
      },
      heard: () => new Map(),
    });
    expect(built.now(HOUR).seconds).toBe(2);
    expect(asked).toEqual([{ 'interactions.v1/3': '17' }]);
  });

  it('reports how long a log has been silent, and does not take a replica for behind because of it', async () => {
    const built = meter({ 'interactions.v1/3': 0n }, {}, { 'interactions.v1/3': HOUR - 90_000 });
    await Promise.resolve();
    expect(built.reported(HOUR)).toBe(90);
    expect(built.now(HOUR)).toEqual({ records: 0n, seconds: 0 });
  });
});
