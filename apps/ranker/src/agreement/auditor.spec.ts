import { jest } from '@jest/globals';
import { until } from '#test-support/until';
import { Auditor } from './auditor.js';
import { type Comparison, comparisonLine, outcomeOf } from './compare-replicas.js';

const found = (hashes: Readonly<Record<string, string>>, missing: readonly string[] = []): Comparison => ({
  positions: { 'papers.v1/0': '4', 'papers.v1/1': '3' },
  hashes: new Map(Object.entries(hashes)),
  missing,
  agree: missing.length === 0 && new Set(Object.values(hashes)).size === 1,
});

describe('the outcome of a comparison', () => {
  it.each([
    ['all are the same', found({ a: '1', b: '1' }), 'equal'],
    ['one differs', found({ a: '1', b: '2', c: '1' }), 'different'],
    ['one differs and another is away', found({ a: '1', b: '2' }, ['c']), 'different'],
    ['one is away', found({ a: '1', b: '1' }, ['c']), 'unreachable'],
    ['there is only one', found({ a: '1' }), 'unreachable'],
    ['nobody answers', found({}, ['a', 'b']), 'unreachable'],
  ] as const)('when %s', (_, comparison, outcome) => {
    expect(outcomeOf(comparison)).toBe(outcome);
  });

  it('is a line for people', () => {
    expect(comparisonLine(found({ a: '1', b: '2' }, ['c (late)']))).toBe('DIFFERENT at 7 records: a 1, b 2; not compared: c (late)');
  });
});

describe('Auditor', () => {
  it('counts each comparison, goes on after one that failed, and lets the last one end', async () => {
    const rounds = [found({ a: '1', b: '1' }), null, found({ a: '1', b: '2' })];
    const count = jest.fn();
    const lines = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
    let asked = 0;
    const auditor = new Auditor(
      async () => {
        const round = rounds[asked++ % rounds.length];
        if (!round) throw new Error('no network');
        return round;
      },
      1,
      { count },
      lines,
    );
    auditor.start();
    await until('three rounds', () => count.mock.calls.length >= 3);
    await auditor.stop();
    expect(count.mock.calls.slice(0, 3)).toEqual([['equal'], ['unreachable'], ['different']]);
    expect(lines.error.mock.calls.length).toBeGreaterThanOrEqual(2);
    const ended = asked;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toBe(ended);
  });
});
