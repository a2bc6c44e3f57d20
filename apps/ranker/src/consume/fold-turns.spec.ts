import { FoldTurns } from './fold-turns.js';

describe('FoldTurns', () => {
  it('wakes one fold a turn of the event loop, in the order they asked', async () => {
    const turns = new FoldTurns(5, () => 0);
    const seen: string[] = [];
    let loops = 0;
    let counting = true;
    const count = (): void => {
      loops += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(['a', 'b', 'c'].map((name) => turns.rest().then(() => seen.push(`${name}${loops}`))));
    counting = false;
    const loopOf = (entry: string): number => Number(entry.slice(1));
    expect(seen.map((entry) => entry[0])).toEqual(['a', 'b', 'c']);
    expect(new Set(seen.map(loopOf)).size).toBe(3);
  });

  it('gives a new slice after a rest', async () => {
    let now = 0;
    const turns = new FoldTurns(5, () => now);
    expect(turns.over()).toBe(false);
    now = 5;
    expect(turns.over()).toBe(true);
    await turns.rest();
    expect(turns.over()).toBe(false);
  });

  it('is put off while requests are ranked, and never for longer than it was told', async () => {
    let now = 0;
    let busy = 3;
    const patient = new FoldTurns(5, () => now, { busy: () => --busy > 0, patienceMs: 100 });
    await patient.rest();
    expect(busy).toBe(0);
    const starved = new FoldTurns(5, () => (now += 10), { busy: () => true, patienceMs: 50 });
    await starved.rest();
    expect(now).toBeLessThan(200);
    const began = now;
    await starved.rest(0);
    expect(now - began).toBeLessThan(50);
  });
});
