import { agreement, doubled, invented, lost, nonMonotonic, reordered, stale } from './checks.js';
import { type Applied, History } from './history.js';

const at = (id: string, offset: number, partition = 0): Applied => ({ id, partition, offset: BigInt(offset) });

const historyOf = (...sent: readonly (readonly [id: string, key: string])[]): History => {
  const history = new History();
  for (const [id, key] of sent) history.sends(id, key);
  return history;
};

describe('the checker', () => {
  it('finds what was accepted and never applied, and asks nothing of what was not accepted', () => {
    const history = historyOf(['a', 'r'], ['b', 'r'], ['c', 'r']);
    history.accepts('a');
    history.accepts('b');
    expect(lost(history.accepted, [at('a', 0), at('c', 1)])).toEqual(['b']);
    expect(lost(history.accepted, [at('b', 0), at('a', 1)])).toEqual([]);
  });

  it('finds what was applied twice, once for each event', () => {
    expect(doubled([at('a', 0), at('b', 1), at('a', 2), at('a', 3)])).toEqual(['a']);
    expect(doubled([at('a', 0), at('b', 1)])).toEqual([]);
  });

  it('finds what nobody sent', () => {
    const { sent } = historyOf(['a', 'r']);
    expect(invented(sent, [at('a', 0), at('x', 1)])).toEqual(['x']);
  });

  it('finds events of one key in another order, by their place in the log and not by the order of the rows', () => {
    const { sent } = historyOf(['a1', 'a'], ['b1', 'b'], ['a2', 'a'], ['b2', 'b']);
    expect(reordered(sent, [at('a2', 5), at('a1', 4), at('b1', 6), at('b2', 7)])).toEqual([]);
    expect(reordered(sent, [at('a1', 5), at('a2', 4), at('b1', 6), at('b2', 7)])).toEqual([['a2', 'a1']]);
  });

  it('takes keys that are spread over partitions for unordered', () => {
    const { sent } = historyOf(['a1', 'a'], ['a2', 'a']);
    expect(reordered(sent, [at('a1', 4, 0), at('a2', 9, 1)])).toEqual([['a1', 'a2']]);
  });

  it('finds positions that go back, also after several samples', () => {
    expect(stale([{ 't/0': 3n, 't/1': 1n }, { 't/0': 5n }, { 't/0': 4n, 't/1': 1n }])).toEqual(['t/0 5 -> 4']);
    expect(stale([{ 't/0': 3n }, { 't/0': 3n }, { 't/0': 9n }])).toEqual([]);
  });

  it('finds reads that go back for one reader and one subject', () => {
    const read = (reader: string, subject: string, version: number) => ({ reader, subject, version });
    const reads = [read('r', 'p', 2), read('s', 'p', 1), read('r', 'q', 1), read('r', 'p', 1), read('r', 'p', 2)];
    expect(nonMonotonic(reads)).toEqual([read('r', 'p', 1)]);
  });

  it('compares replicas at equal positions only, whatever the order of the keys', () => {
    const seen = (replica: string, hash: string, positions: Record<string, string>) => ({ replica, hash, positions });
    const same = [
      seen('0', 'x', { 'a/0': '1', 'b/0': '2' }),
      seen('1', 'x', { 'b/0': '2', 'a/0': '1' }),
      seen('1', 'y', { 'a/0': '2', 'b/0': '2' }),
      seen('1', 'x', { 'a/0': '1', 'b/0': '2' }),
    ];
    expect(agreement(same)).toEqual({ compared: 2, disagreements: [] });
    expect(agreement([...same, seen('0', 'z', { 'a/0': '2', 'b/0': '2' })])).toEqual({ compared: 3, disagreements: ['a/0=2 b/0=2'] });
  });

  it('counts a retry as the event that it repeats', () => {
    const history = historyOf(['a', 'r'], ['b', 'r']);
    history.accepts('a');
    history.accepts('a');
    expect([...history.accepted]).toEqual(['a']);
    expect(history.sent.get('b')).toEqual({ id: 'b', key: 'r', order: 1 });
  });
});
