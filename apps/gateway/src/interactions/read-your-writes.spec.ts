import type { PaperId, ReaderRef } from '#contracts';
import { laterPositions, ReadYourWrites } from './read-your-writes.js';

const reader = 'r_0123456789012345678901' as ReaderRef;
const paper = (n: number): PaperId => `p${n}` as PaperId;

describe('what a reader wrote lately', () => {
  it('is the next offset of the newest write of each partition, for two minutes', () => {
    let now = 0;
    const writes = new ReadYourWrites(() => now);
    writes.accepted(reader, 'interactions.v1/3', '9');
    writes.accepted(reader, 'interactions.v1/3', '7');
    now = 60_000;
    writes.accepted(reader, 'interactions.v1/5', '0');
    expect(writes.of(reader).after).toEqual({ 'interactions.v1/3': '10', 'interactions.v1/5': '1' });
    now = 125_000;
    expect(writes.of(reader).after).toEqual({ 'interactions.v1/5': '1' });
  });

  it('forgets a hide that was taken back, and the oldest of very many', () => {
    const writes = new ReadYourWrites();
    writes.hid(reader, paper(0), true);
    writes.hid(reader, paper(0), false);
    for (let n = 1; n <= 301; n++) writes.hid(reader, paper(n), true);
    const { hidden } = writes.of(reader);
    expect(hidden).toHaveLength(300);
    expect(hidden).not.toContain(paper(1));
    expect(hidden).toContain(paper(301));
  });

  it('joins with what a client echoed, the later of both', () => {
    expect(laterPositions({ a: '9', b: '10' }, { b: '9', a: '10', c: '1' })).toEqual({ a: '10', b: '10', c: '1' });
  });
});
