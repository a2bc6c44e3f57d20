import fc from 'fast-check';
import { requestOf, servedOf, slateOf, slotsOf, temporaryRun, paperOf } from '../../../../bench/harness/written-run.js';
import { compareRuns } from './compare-runs.js';
import { slateComparisonSchema } from './comparison-result.js';
import { joinedRequests, type JoinedRequest } from './joined-requests.js';
import { likenessOf } from './likeness.js';

describe('likenessOf', () => {
  it('is what counting by hand gives', () => {
    const first = slotsOf({ paperId: paperOf('p1').paperId, score: 5 }, { paperId: paperOf('p2').paperId, score: 4 }, 'p3');
    const second = slotsOf({ paperId: paperOf('p2').paperId, score: 6 }, { paperId: paperOf('p1').paperId, score: 4 }, 'p4');
    expect(likenessOf(first, second, 3)).toMatchObject({ overlap: 2 / 3, tau: -1, rankChange: 1, scoreChange: 1.5, same: 0 });
    expect(likenessOf(first, first, 3)).toMatchObject({ overlap: 1, tau: 1, rankChange: 0, scoreChange: 0, same: 1 });
    expect(likenessOf(slotsOf('p1'), slotsOf('p2'), 3)).toMatchObject({
      overlap: 0,
      rbo: 0,
      tau: null,
      rankChange: null,
      scoreChange: null,
      same: 0,
    });
  });
});

describe('joinedRequests', () => {
  it('finds every request of either list once, whatever the other lacks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(30)), fc.uniqueArray(fc.nat(30)), async (ones, twos) => {
        const list = async function* (numbers: readonly number[]) {
          for (const n of numbers.toSorted((a, b) => a - b)) yield requestOf(n, { a: slateOf([]) });
        };
        const found: JoinedRequest[] = [];
        for await (const joined of joinedRequests(list(ones), list(twos))) found.push(joined);
        expect(found.filter(({ first, second }) => first !== null && second !== null)).toHaveLength(
          ones.filter((n) => twos.includes(n)).length,
        );
        expect(found.filter(({ first }) => first !== null)).toHaveLength(ones.length);
        expect(found.filter(({ second }) => second !== null)).toHaveLength(twos.length);
      }),
    );
  });
});

describe('compareRuns', () => {
  const papers = ['p1', 'p2', 'p3'].map((id) => paperOf(id));
  const monday = {
    papers,
    requests: [
      requestOf(1, { a: slateOf(slotsOf('p1', 'p2')), served: servedOf(slotsOf('p3')) }),
      requestOf(2, { a: slateOf(slotsOf('p1', 'p2')), served: servedOf([]) }),
      requestOf(3, { a: slateOf(slotsOf('p1')), served: servedOf([]) }),
    ],
  };
  const tuesday = {
    papers,
    requests: [
      requestOf(1, { a: slateOf(slotsOf('p1', 'p2')), served: servedOf([]) }),
      requestOf(2, { a: slateOf(slotsOf('p3', 'p1')), served: servedOf([]) }),
      requestOf(4, { a: slateOf(slotsOf('p1')), served: servedOf([]) }),
    ],
  };

  it('compares what both have, says what one has alone, and names who gained and lost', async () => {
    using one = temporaryRun(monday);
    using two = temporaryRun(tuesday);
    const told: string[] = [];
    const comparison = await compareRuns(
      { first: { directory: one.directory, side: 'a' }, second: { directory: two.directory, side: 'a' }, k: 2 },
      ({ request }) => void told.push(request.requestId),
    );
    expect(slateComparisonSchema.parse(JSON.parse(JSON.stringify(comparison)))).toEqual(comparison);
    expect(comparison.requests).toEqual({ both: 2, firstOnly: 1, secondOnly: 1 });
    expect(told).toEqual(['request-000001', 'request-000002']);
    expect(comparison.overall.overlap).toMatchObject({ count: 2, mean: 0.75, least: 0.5, most: 1 });
    expect(comparison.overall.same!.mean).toBe(0.5);
    expect(comparison.overall.tau).toMatchObject({ count: 1, mean: 1 });
    expect(comparison.surfaces.map(({ surface, requests }) => [surface, requests])).toEqual([['for-you', 2]]);
    // p3 gained a first place in one of two requests; p2 lost a second place
    expect(comparison.movers.map(({ paperId, change }) => [paperId, Math.round(change)])).toEqual([
      ['p3', 500],
      ['p2', -315],
      ['p1', -185],
    ]);
  });

  it('counts every value in a bin', async () => {
    using one = temporaryRun(monday);
    using two = temporaryRun(tuesday);
    const { overall } = await compareRuns({
      first: { directory: one.directory, side: 'a' },
      second: { directory: two.directory, side: 'a' },
      k: 2,
    });
    for (const spread of Object.values(overall))
      if (spread !== null) expect(spread.bins.reduce((sum, { count }) => sum + count, 0)).toBe(spread.count);
    expect(overall.overlap!.bins.filter(({ count }) => count > 0).map(({ from }) => from)).toEqual([0.45, 0.95]);
  });

  it('compares two sides of one run, and refuses a side that it has not', async () => {
    using run = temporaryRun(monday);
    const of = (side: 'served' | 'a' | 'b') => ({ directory: run.directory, side });
    expect((await compareRuns({ first: of('served'), second: of('a'), k: 10 })).requests.both).toBe(3);
    await expect(compareRuns({ first: of('a'), second: of('b'), k: 10 })).rejects.toThrow(/has no side b at request request-000001/);
  });
});
