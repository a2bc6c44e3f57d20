import { LagMeter } from './lag.js';

describe('LagMeter', () => {
  const meter = (lag: Readonly<Record<string, bigint>>): LagMeter => {
    const built = new LagMeter(1_000);
    built.follow(() => new Map(Object.entries(lag)));
    built.folded('papers.v1', 0, 4_000);
    built.folded('papers.v1', 1, 7_000);
    return built;
  };

  it.each([
    { why: 'nothing is known', lag: {}, expected: { records: 0n, seconds: 0 } },
    { why: 'all is folded', lag: { 'papers.v1/0': 0n, 'papers.v1/1': 0n }, expected: { records: 0n, seconds: 0 } },
    {
      why: 'two are behind: the older counts',
      lag: { 'papers.v1/0': 2n, 'papers.v1/1': 3n },
      expected: { records: 5n, seconds: 6 },
    },
    { why: 'one that is behind has folded nothing yet', lag: { 'papers.v1/2': 1n }, expected: { records: 1n, seconds: 9 } },
  ])('$why', ({ lag, expected }) => {
    expect(meter(lag).now(10_000)).toEqual(expected);
  });
});
