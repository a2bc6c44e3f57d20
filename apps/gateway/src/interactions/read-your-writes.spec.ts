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
    const now = Date.now();
    writes.hid(reader, paper(0), true, now);
    writes.hid(reader, paper(0), false, now);
    for (let n = 1; n <= 301; n++) writes.hid(reader, paper(n), true, now);
    const { hidden } = writes.of(reader);
    expect(hidden).toHaveLength(300);
    expect(hidden).not.toContain(paper(1));
    expect(hidden).toContain(paper(301));
  });

  it('is what the reader did last, in whatever order it comes', () => {
    const now = Date.now();
    const writes = new ReadYourWrites(() => now);
    writes.hid(reader, paper(1), false, now - 1_000);
    writes.hid(reader, paper(1), true, now - 5_000);
    writes.hid(reader, paper(2), true, now - 1_000);
    writes.hid(reader, paper(2), false, now - 5_000);
    expect(writes.of(reader).hidden).toEqual([paper(2)]);
  });

  it('believes an old hide only until the rankers have read of it, since another gateway may know of its undo', () => {
    let now = 10 * 3_600_000;
    const writes = new ReadYourWrites(() => now);
    writes.hid(reader, paper(1), true, now - 3_600_000);
    writes.hid(reader, paper(2), true, now - 1_000);
    expect(writes.of(reader).hidden).toEqual([paper(1), paper(2)]);
    now += 3 * 60_000;
    expect(writes.of(reader).hidden).toEqual([paper(2)]);
    now += 24 * 3_600_000;
    expect(writes.of(reader).hidden).toEqual([]);
  });

  it('goes from gateway to gateway with the client, until the rankers have read of it', () => {
    let now = 10 * 3_600_000;
    const [here, there] = [new ReadYourWrites(() => now), new ReadYourWrites(() => now)];
    here.hid(reader, paper(1), true, now);
    here.hid(reader, paper(2), true, now - 500);
    there.hid(reader, paper(2), false, now - 100);
    there.heard(reader, here.echo(reader).hides);
    expect(there.of(reader).hidden).toEqual([paper(1)]);
    expect(there.echo(reader).hides).toEqual([{ paper: paper(1), time: now, taken: now }]);
    now += 2 * 60_000;
    expect(there.echo(reader).hides).toEqual([]);
    there.heard(reader, [{ paper: paper(3), time: now - 121_000, taken: now - 121_000 }]);
    expect(there.of(reader).hidden).toEqual([paper(1)]);
  });

  it('joins with what a client echoed, the later of both', () => {
    expect(laterPositions({ a: '9', b: '10' }, { b: '9', a: '10', c: '1' })).toEqual({ a: '10', b: '10', c: '1' });
  });
});
