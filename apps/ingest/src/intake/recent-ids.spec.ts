import fc from 'fast-check';
import { FakeClock } from './fixtures/fake-log.js';
import { RecentIds } from './recent-ids.js';

describe('RecentIds', () => {
  it('remembers at least the last half of its capacity, and never an id that was not added', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 400 }), (numbers) => {
        const ids = new RecentIds(100, 60_000, new FakeClock());
        const added: string[] = [];
        for (const n of numbers) {
          const id = `event-${n}`;
          if (ids.has(id)) expect(added).toContain(id);
          else {
            ids.add(id);
            added.push(id);
          }
          expect(added.slice(-50).every((recent) => ids.has(recent))).toBe(true);
        }
      }),
    );
  });

  it('forgets after its window, also after a long silence', () => {
    const clock = new FakeClock();
    const ids = new RecentIds(100, 60_000, clock);
    ids.add('event-a');
    clock.pass(29_000);
    expect(ids.has('event-a')).toBe(true);
    clock.pass(90_000);
    expect(ids.has('event-a')).toBe(false);
  });

  it('holds a million ids in 32 MiB', () => {
    const ids = new RecentIds(1_000_000, 60_000, new FakeClock());
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 20_000; n++) ids.add(`event-${n}`);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
    expect(ids.has('event-19999')).toBe(true);
    expect(ids.has('event-20000')).toBe(false);
  });
});
